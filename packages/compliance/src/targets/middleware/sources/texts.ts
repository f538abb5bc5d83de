// Configuration files and what they include, through the container's root, bounded in depth and number.
import type { ContainerRoot } from '../../../reader/container-root.ts'

export interface Problem {
  readonly place: string
  readonly reason: string
}

/** Collects what could be read and what could not, over all files of one server. */
export interface Texts {
  readonly root: ContainerRoot
  readonly files: string[]
  readonly problems: Problem[]
}

const MAX_DEPTH = 16
const MAX_FILES = 200

export function openTexts(root: ContainerRoot): Texts {
  return { root, files: [], problems: [] }
}

/** Undefined when it is not there or cannot be read, which `problems` tells. */
export function readText(texts: Texts, path: string, isRequired = false): string | undefined {
  const text = texts.root.read(path)
  if (text.kind === 'found') {
    texts.files.push(path)
    return text.value
  }
  if (text.kind === 'unreadable') texts.problems.push({ place: path, reason: text.reason })
  else if (isRequired) texts.problems.push({ place: path, reason: 'it is named and not there' })
  return undefined
}

/** The first that is there; of patterns the first file that fits. */
export function firstText(texts: Texts, paths: readonly string[]): { path: string; text: string } | undefined {
  for (const pattern of paths) {
    for (const path of expand(texts, pattern)) {
      const before = texts.problems.length
      const text = readText(texts, path)
      if (text !== undefined) return { path, text }
      if (texts.problems.length > before) return undefined
    }
  }
  return undefined
}

export function expand(texts: Texts, pattern: string): readonly string[] {
  if (!/[*?]/.test(pattern)) return [pattern]
  const found = texts.root.glob(pattern)
  if (found.kind === 'found') return found.value
  if (found.kind === 'unreadable') texts.problems.push({ place: pattern, reason: found.reason })
  return []
}

/** May this include still be followed? A loop or a flood of files is told once, and ends there. */
export function mayInclude(texts: Texts, path: string, above: readonly string[]): boolean {
  const reason = above.includes(path)
    ? 'it includes itself'
    : above.length >= MAX_DEPTH
      ? `files include each other more than ${MAX_DEPTH} deep`
      : texts.files.length >= MAX_FILES
        ? `more than ${MAX_FILES} files are included`
        : undefined
  if (reason) texts.problems.push({ place: path, reason })
  return reason === undefined
}

export function resolvePath(path: string, base: string): string {
  return path.startsWith('/') ? path : `${base.replace(/\/+$/, '')}/${path}`
}

export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}
