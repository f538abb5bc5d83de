// Credentials of docker and podman: `auths` of config.json (docker/cli, cli/config/types). Programs that keep credentials elsewhere
// (credential helpers) are not run.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Limits, ok, type Result, type YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'
import { parseDocument } from '../../manifest/parse.ts'
import { lenient, object, optional, record, type Shaped, text } from '../../manifest/shape.ts'
import type { Endpoint } from './endpoint.ts'
import type { RegistryOptions } from './options.ts'

const configDocument = object({
  auths: optional(
    record(
      object({ auth: lenient(text), username: lenient(text), password: lenient(text), identitytoken: lenient(text) }),
    ),
  ),
  credHelpers: lenient(record(text)),
  credsStore: lenient(text),
})

type Config = Shaped<typeof configDocument>

export interface Credentials {
  /** `user:password`, for basic authentication. */
  readonly basic: string | null
  /** Changed for a token at the token server (OAuth 2 refresh token). */
  readonly identityToken: string | null
}

export interface CredentialStore {
  of(endpoint: Endpoint): Credentials | undefined
  /** A program would know credentials of this host. */
  needsHelper(endpoint: Endpoint): boolean
}

/** No file is no credentials. Errors: PERMISSION, INPUT_INVALID, LIMIT_EXCEEDED. */
export async function readCredentials(
  options: RegistryOptions,
  limits: Limits,
): Promise<Result<CredentialStore, YaguraError>> {
  const directory = options.dockerConfig ?? (process.env.DOCKER_CONFIG || join(homedir(), '.docker'))
  const path = join(directory, 'config.json')
  const bytes = await readSmallFile(path, limits.lineBytes)
  if (!bytes.ok) return bytes.error.code === 'INPUT_NOT_FOUND' ? ok(storeOf(undefined)) : bytes
  const config = parseDocument(configDocument, bytes.value, limits, path)
  return config.ok ? ok(storeOf(config.value)) : config
}

function storeOf(config: Config | undefined): CredentialStore {
  return {
    of({ names }) {
      const found = names.map((name) => config?.auths?.[name]).find((entry) => entry !== undefined)
      if (!found) return undefined
      const basic = found.auth ? Buffer.from(found.auth, 'base64').toString('utf8') : plain(found)
      const identityToken = found.identitytoken || null
      if (!basic?.includes(':') && identityToken === null) return undefined
      return { basic: basic?.includes(':') ? basic : null, identityToken }
    },
    needsHelper: ({ names }) =>
      Boolean(config?.credsStore) || names.some((name) => config?.credHelpers?.[name] !== undefined),
  }
}

function plain({ username, password }: { username?: string | undefined; password?: string | undefined }) {
  return username && password ? `${username}:${password}` : null
}
