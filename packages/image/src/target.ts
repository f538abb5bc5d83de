// What the user typed after `scan`: where an image is and what it is called there.
import { closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { formatReference, type ImageReference, parseReference } from './source/registry/reference.ts'

export type Target =
  | { readonly kind: 'docker-archive'; readonly path: string }
  | { readonly kind: 'oci'; readonly path: string; readonly reference: string | null }
  | { readonly kind: 'rootfs'; readonly path: string }
  /** Source code, of which lock files count. */
  | { readonly kind: 'dir'; readonly path: string }
  /** `name` may start with a namespace; which part that is, the database of containerd tells. */
  | { readonly kind: 'containerd'; readonly name: string }
  | { readonly kind: 'podman'; readonly name: string }
  | { readonly kind: 'docker'; readonly name: string }
  /** `name` is an id, the beginning of one, or a name. */
  | { readonly kind: 'container'; readonly name: string }
  | { readonly kind: 'registry'; readonly reference: ImageReference }
  /** A list of packages that a scanner wrote; it holds no layers, `readSbom` of @yagura/inventory reads it. */
  | { readonly kind: 'sbom'; readonly path: string }

export const TARGET_KINDS = [
  'docker-archive',
  'oci',
  'rootfs',
  'dir',
  'containerd',
  'podman',
  'docker',
  'container',
  'registry',
  'sbom',
] as const

const HINT =
  'Write docker-archive:FILE, oci:DIR[:TAG], rootfs:DIR, dir:DIR, containerd:[NAMESPACE/]NAME, podman:NAME, docker:NAME, container:ID, registry:HOST/NAME[:TAG], sbom:FILE, or the path of an archive, directory or SBOM, or the name of an image.'

/** Errors: USAGE for text that names nothing, INPUT_NOT_FOUND for a bare path that does not exist. */
export function parseTarget(text: string): Result<Target, YaguraError> {
  const colon = text.indexOf(':')
  const kind = TARGET_KINDS.find((known) => known === text.slice(0, Math.max(colon, 0)))
  if (kind === undefined) return guess(text)
  const rest = text.slice(colon + 1)
  if (rest === '') return err(new YaguraError('USAGE', `${kind}: needs a name behind the colon.`, { hint: HINT }))
  switch (kind) {
    case 'docker-archive':
    case 'rootfs':
    case 'dir':
    case 'sbom':
      return ok({ kind, path: rest })
    case 'oci':
      return ok({ kind, ...splitReference(rest) })
    case 'containerd':
    case 'podman':
    case 'docker':
    case 'container':
      return ok({ kind, name: rest })
    case 'registry': {
      const reference = parseReference(rest)
      if (reference) return ok({ kind, reference })
      return err(new YaguraError('USAGE', `${rest} is not the name of an image.`, { hint: HINT }))
    }
  }
}

/** The target as the user would write it. */
export function formatTarget(target: Target): string {
  switch (target.kind) {
    case 'oci':
      return target.reference === null ? `oci:${target.path}` : `oci:${target.path}:${target.reference}`
    case 'registry':
      return `registry:${formatReference(target.reference)}`
    case 'containerd':
    case 'podman':
    case 'docker':
    case 'container':
      return `${target.kind}:${target.name}`
    default:
      return `${target.kind}:${target.path}`
  }
}

/** `DIR:TAG` unless a path of that whole name exists. A tag holds no slash. */
function splitReference(text: string): { path: string; reference: string | null } {
  const colon = text.lastIndexOf(':')
  if (colon <= 0 || existsSync(text) || text.includes('/', colon)) return { path: text, reference: null }
  return { path: text.slice(0, colon), reference: text.slice(colon + 1) }
}

function guess(text: string): Result<Target, YaguraError> {
  if (text === '') return err(new YaguraError('USAGE', 'No image was named.', { hint: HINT }))
  const { path, reference } = splitReference(text)
  // a name that is too long, or holds a NUL, is no path either
  const stats = existsSync(path) ? statSync(path, { throwIfNoEntry: false }) : undefined
  const named = stats || looksLikeFile(text) ? undefined : parseReference(text)
  if (named) return ok({ kind: 'registry', reference: named })
  if (!stats)
    return err(new YaguraError('INPUT_NOT_FOUND', `${text} is neither a file nor a directory here.`, { hint: HINT }))
  if (!stats.isDirectory()) return ok({ kind: isText(path) ? 'sbom' : 'docker-archive', path })
  if (existsSync(join(path, 'oci-layout')) || existsSync(join(path, 'index.json')))
    return ok({ kind: 'oci', path, reference })
  return ok({ kind: 'rootfs', path })
}

/** Begins as JSON or XML does, which no archive can: a tar begins with the name of a file that scanners of images do not write. */
function isText(path: string): boolean {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const head = Buffer.alloc(512)
      const read = readSync(file, head, 0, head.length, 0)
      const start = head.toString('utf8', 0, read)
      return /^\ufeff?\s*([{<]|SPDXVersion:)/.test(start) && !start.includes('\0')
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}

/** A path that was mistyped must not become a question to a registry. */
function looksLikeFile(text: string): boolean {
  return /^[./~]|\.(?:tar|tgz|gz|zst|json|xml|iso|img)$|\/$/i.test(text)
}
