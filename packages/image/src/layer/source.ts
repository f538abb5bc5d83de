// A layer as something that can be read once from front to end, whether it is a tar stream or a directory.
import type { YaguraError } from '@yagura/kernel'
import type { ByteBudget, ContentSink } from '@yagura/safe-io'
import type { CoverageGapCode, Layer } from '@yagura/schema'

export const LAYER_ENTRY_KINDS = ['file', 'hardlink', 'symlink', 'directory', 'other', 'whiteout', 'opaque'] as const
/** `whiteout` deletes its path in the layers below; `opaque` deletes everything below the directory `path` in them. */
export type LayerEntryKind = (typeof LAYER_ENTRY_KINDS)[number]

export interface LayerEntry {
  /** Relative to the root of the image, normalised. */
  readonly path: string
  readonly kind: LayerEntryKind
  /** Target of a symbolic link as written, or of a hard link, normalised. */
  readonly link: string
  /** Of a regular file. */
  readonly sizeBytes: number
  /** Permission bits with setuid, setgid and sticky (0o7777), where the source knows them. */
  readonly mode?: number | undefined
  /** Has an extended attribute with capabilities (capabilities(7)). */
  readonly hasCapabilities?: boolean
}

export interface LayerVisitor {
  /** False: nothing below this directory is of interest. Sources that can leave it aside do. */
  enter(directory: string): boolean
  /** Called in the order of the layer. A sink returned gets the content of the file, as soon as the call is over. */
  visit(entry: LayerEntry): ContentSink | undefined
}

export interface LayerReadOptions {
  /** Shared by all layers of an image. */
  readonly imageBudget: ByteBudget
  readonly signal?: AbortSignal | undefined
  /** Nothing is handed to the visitor before. Given to large layers alone, which are unpacked meanwhile. */
  readonly ready?: Promise<unknown> | undefined
}

/** Something in a layer that could not be read; what came before and beside it was. */
export interface LayerProblem {
  readonly code: CoverageGapCode
  /** A path in the image, or empty for the layer as a whole. */
  readonly path: string
  readonly reason: string
}

/** A problem and the layer it is in. */
export interface PlacedProblem extends LayerProblem {
  readonly layer: number
}

export interface LayerSource {
  /** Null for a plain directory, which is no layer of an image. */
  readonly layer: Layer | null
  /** True when what is read is checked against the diffId, so that it may stand for the layer elsewhere. */
  readonly verified?: boolean
  /** It is read by a thread of its own, which can be started ahead. */
  readonly isLarge?: boolean
  /** Throws INTEGRITY, and when aborted; every other failure is a problem in the answer. */
  read(visitor: LayerVisitor, options: LayerReadOptions): Promise<readonly LayerProblem[]>
}

const PROBLEMS_MAX = 1000

/** Adds a problem, unless the layer has many already: an attacker can make one for each entry. */
export function noteProblem(problems: LayerProblem[], problem: LayerProblem): void {
  if (problems.length < PROBLEMS_MAX) problems.push(problem)
}

/** The gap that an error inside a layer leaves. */
export function problemOf(error: YaguraError, path: string): LayerProblem {
  const code =
    error.code === 'LIMIT_EXCEEDED'
      ? 'LIMIT_REACHED'
      : error.code === 'INPUT_NOT_FOUND'
        ? 'LAYER_MISSING'
        : 'FILE_INVALID'
  return {
    code: path !== '' && code === 'LAYER_MISSING' ? 'FILE_UNREADABLE' : code,
    path,
    reason: sentence(error.message),
  }
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
