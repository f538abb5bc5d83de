// Names of images in registries, completed as docker does it (distribution/reference: grammar and normalisation).
import { DIGEST } from '../../manifest/oci.ts'

export interface ImageReference {
  /** As named: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string
  readonly repository: string
  readonly tag: string | null
  readonly digest: string | null
}

export const DOCKER_HUB = 'docker.io'

const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:]{2,39}\])(?::[0-9]{1,5})?$/i
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const MAX_LENGTH = 512

/** Undefined for text that no image can be called. */
export function parseReference(text: string): ImageReference | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const [beforeDigest = '', digest = null, ...more] = text.split('@')
  if (more.length > 0 || (digest !== null && !DIGEST.test(digest))) return undefined
  const slash = beforeDigest.indexOf('/')
  const first = beforeDigest.slice(0, Math.max(slash, 0))
  const hasHost = /[.:]/.test(first) || first === 'localhost'
  const { name, tag } = splitTag(hasHost ? beforeDigest.slice(slash + 1) : beforeDigest)
  if (tag !== null && !TAG.test(tag)) return undefined
  const parts = name.split('/')
  if (!parts.every((part) => part.length <= 255 && PART.test(part))) return undefined
  const registry = hasHost ? registryName(first) : DOCKER_HUB
  if (!HOST.test(registry)) return undefined
  const repository = registry === DOCKER_HUB && parts.length === 1 ? `library/${name}` : name
  return { registry, repository, tag: tag ?? (digest === null ? 'latest' : null), digest }
}

export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`
}

export function isHost(text: string): boolean {
  return HOST.test(text)
}

function splitTag(text: string): { name: string; tag: string | null } {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1)
  return colon < 0 ? { name: text, tag: null } : { name: text.slice(0, colon), tag: text.slice(colon + 1) }
}

function registryName(host: string): string {
  const lower = host.toLowerCase()
  return lower === 'index.docker.io' || lower === 'registry-1.docker.io' ? DOCKER_HUB : lower
}
