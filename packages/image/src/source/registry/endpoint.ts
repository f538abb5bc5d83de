// Where to ask for an image: the mirrors of its registry in their order, then the registry.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import type { RegistryOptions } from './options.ts'
import { DOCKER_HUB, type ImageReference, isHost } from './reference.ts'

export interface Endpoint {
  /** host[:port] of the API. */
  readonly host: string
  readonly repository: string
  /** Names of this host in the credentials of docker. */
  readonly names: readonly string[]
}

const HUB_API = 'registry-1.docker.io'
const HUB_NAMES = ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', HUB_API]

/** Token servers that large registries are known to use beside themselves. */
const KNOWN_AUTH_HOSTS: Readonly<Record<string, readonly string[]>> = {
  [HUB_API]: ['auth.docker.io'],
  'registry.gitlab.com': ['gitlab.com'],
  'nvcr.io': ['authn.nvidia.com'],
}

export function authHosts(endpoint: Endpoint, options: RegistryOptions): readonly string[] {
  return [endpoint.host, ...(KNOWN_AUTH_HOSTS[endpoint.host] ?? []), ...(options.authHosts ?? [])]
}

/** Errors: USAGE for a mirror that is none. */
export function endpointsOf(
  reference: ImageReference,
  options: RegistryOptions,
): Result<readonly Endpoint[], YaguraError> {
  const endpoints: Endpoint[] = []
  for (const text of options.mirrors ?? []) {
    const [, registry = DOCKER_HUB, host = '', prefix] = /^(?:([^=/]+)=)?([^/]+)(?:\/(.+?))?\/?$/.exec(text) ?? []
    if (!isHost(host)) return err(new YaguraError('USAGE', `${text} is not a mirror; write [REGISTRY=]HOST[/PREFIX].`))
    if (registry !== reference.registry) continue
    const repository = prefix === undefined ? reference.repository : `${prefix}/${reference.repository}`
    endpoints.push({ host, repository, names: namesOf(host) })
  }
  const isHub = reference.registry === DOCKER_HUB
  const host = isHub ? HUB_API : reference.registry
  return ok([
    ...endpoints,
    { host, repository: reference.repository, names: isHub ? HUB_NAMES : namesOf(reference.registry) },
  ])
}

function namesOf(host: string): readonly string[] {
  return [host, `https://${host}`, `https://${host}/`, `https://${host}/v1/`, `https://${host}/v2/`, `http://${host}`]
}
