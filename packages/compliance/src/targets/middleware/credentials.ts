// Who may ask servers themselves: a file that an operator wrote and that nobody else may read. Passwords stand in it or in files of their
// own; never on a command line.
import { statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { YaguraError } from '@yagura/kernel'
import { compileGlob } from '@yagura/lang'
import { readSmallFile } from '@yagura/safe-io'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { z } from 'zod'
import { ownAddress } from './probe/probe.ts'
import { type MiddlewareInstance, PRODUCTS } from './process.ts'
import type { Credentials, TlsTrust } from './runtime/runtime.ts'

const MAX_BYTES = 256 * 1024
const entry = z
  .object({
    resource: z.string().max(512).default('*'),
    product: z.enum(PRODUCTS).optional(),
    user: z.string().max(256).default(''),
    password: z.string().max(4096).optional(),
    passwordFile: z.string().max(4096).optional(),
    address: z.string().max(512).optional(),
    port: z.int().min(1).max(65_535).optional(),
    database: z.string().max(256).optional(),
    /** Over TLS only; the others say how. */
    tls: z.boolean().optional(),
    caFile: z.string().max(4096).optional(),
    fingerprint256: z
      .string()
      .regex(/^(?:[0-9a-fA-F]{2}:?){32}$/, 'not a SHA-256 fingerprint')
      .optional(),
    serverName: z.string().max(256).optional(),
    certificateFile: z.string().max(4096).optional(),
    keyFile: z.string().max(4096).optional(),
  })
  .strict()
type Entry = z.infer<typeof entry>

interface Known {
  readonly one: Entry
  readonly password: string
  readonly tls: TlsTrust | undefined
}

export type CredentialsFor = (instance: MiddlewareInstance) => Credentials | undefined

/** The first entry that fits a server holds. Errors: INPUT_NOT_FOUND, INPUT_INVALID. */
export async function readCredentials(path: string): Promise<CredentialsFor> {
  const [document] = parseYamlDocuments(Buffer.from(await secretText(path)), path)
  if (!document?.value.ok) throw new YaguraError('INPUT_INVALID', `${path} is no YAML.`)
  const parsed = z.array(entry).max(1000).safeParse(document.value.value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new YaguraError(
      'INPUT_INVALID',
      `${path} holds no credentials: ${issue ? `${z.core.toDotPath(issue.path)}: ${issue.message}` : 'it does not fit'}.`,
      {
        hint: 'A list of resource, product, user, password or passwordFile, address, port, database; for TLS caFile, fingerprint256, serverName, certificateFile, keyFile.',
      },
    )
  }
  const entries = await Promise.all(
    parsed.data.map(async (one) => ({
      one,
      fits: compileGlob(one.resource),
      password: await passwordOf(one, path),
      tls: await trustOf(one, path),
    })),
  )
  return (instance) => {
    const found = entries.find(
      ({ one, fits }) => (one.product ?? instance.product) === instance.product && fits(instance.resource),
    )
    return found && at(instance, found)
  }
}

async function passwordOf({ password, passwordFile }: Entry, path: string): Promise<string> {
  if (passwordFile === undefined) return password ?? ''
  return (await secretText(beside(path, passwordFile))).replace(/\r?\n$/, '')
}

/** Relative to the file that names it. */
function beside(path: string, file: string): string {
  return isAbsolute(file) ? file : join(dirname(path), file)
}

async function trustOf(one: Entry, path: string): Promise<TlsTrust | undefined> {
  const { caFile, fingerprint256, serverName, certificateFile, keyFile } = one
  const isWanted = [caFile, fingerprint256, serverName, certificateFile, keyFile].some((given) => given !== undefined)
  if (one.tls === false && isWanted)
    throw new YaguraError('INPUT_INVALID', `${path} says tls: false and how to trust TLS in one entry.`)
  if (one.tls !== true && !isWanted) return undefined
  const text = async (file: string) => {
    const bytes = await readSmallFile(beside(path, file), MAX_BYTES)
    if (!bytes.ok) throw bytes.error
    return bytes.value.toString('utf8')
  }
  return {
    ...(caFile !== undefined && { ca: await text(caFile) }),
    ...(fingerprint256 !== undefined && { fingerprint256 }),
    ...(serverName !== undefined && { serverName }),
    ...(certificateFile !== undefined && { certificate: await text(certificateFile) }),
    ...(keyFile !== undefined && { key: await secretText(beside(path, keyFile)) }),
  }
}

const OTHERS = 0o077

async function secretText(path: string): Promise<string> {
  const bytes = await readSmallFile(path, MAX_BYTES)
  if (!bytes.ok) throw bytes.error
  if ((statSync(path).mode & OTHERS) !== 0)
    throw new YaguraError('INPUT_INVALID', `${path} may be read by others than its owner.`, {
      hint: `chmod 600 ${path}`,
    })
  return bytes.value.toString('utf8')
}

const PORTS: Partial<Record<MiddlewareInstance['product'], number>> = {
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
  mongodb: 27_017,
  rabbitmq: 15_672,
  elasticsearch: 9200,
  etcd: 2379,
}

/** Where the entry says, else where the server listens. */
function at(instance: MiddlewareInstance, { one, password, tls }: Known): Credentials | undefined {
  const { listening, directory } = instance.process
  const address = one.address ?? ownAddress(directory)
  if (address === undefined) return undefined
  const usual = PORTS[instance.product] ?? 0
  const ports = listening.map(({ port }) => port)
  const port = one.port ?? (ports.includes(usual) || ports.length === 0 ? usual : (ports[0] as number))
  const rest = { ...(one.database && { database: one.database }), ...(tls && { tls }) }
  return { user: one.user, password, address, port, ...rest }
}
