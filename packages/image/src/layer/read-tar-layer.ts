// Reads a layer that is stored as a tar stream, packed or not. One pass: hash, unpack, hash, walk.
import { createHash, type Limits, toYaguraError, YaguraError } from '@yagura/kernel'
import { type ContentSink, createByteBudget, createTarParser, normalisePath, type TarEntry } from '@yagura/safe-io'
import {
  type LayerEntry,
  type LayerProblem,
  type LayerReadOptions,
  type LayerVisitor,
  noteProblem,
  problemOf,
} from './source.ts'
import type { StoredLayer } from './stored.ts'
import { unpackLayer } from './unpack.ts'
import { whiteoutOf } from './whiteout.ts'

export async function readTarLayer(
  stored: StoredLayer,
  limits: Limits,
  visitor: LayerVisitor,
  options: LayerReadOptions,
): Promise<readonly LayerProblem[]> {
  const { layer } = stored
  const what = `layer ${layer.digest ?? layer.diffId}`
  const problems: LayerProblem[] = []
  const packedDigest = layer.digest === layer.diffId ? null : layer.digest
  const parser = createTarParser((entry) => visitTarEntry(entry, visitor, limits, problems), limits)
  const budget = createByteBudget(limits.layerBytes, what, options.imageBudget)
  const hashNames = { packedHash: packedDigest && hashOf(packedDigest), unpackedHash: hashOf(layer.diffId) }
  try {
    const hashes = await unpackLayer(
      stored,
      { ...limits, ...hashNames, what, budget, signal: options.signal, ready: options.ready },
      (chunk) => parser.write(chunk),
    )
    if (packedDigest !== null) verify(packedDigest, hashes.packed)
    verify(layer.diffId, hashes.unpacked)
    const { trailingData } = parser.end()
    if (trailingData)
      noteProblem(problems, {
        code: 'FILE_INVALID',
        path: '',
        reason: 'The archive goes on after its end marker. Container runtimes stop there, and so did this scan.',
      })
  } catch (error) {
    options.signal?.throwIfAborted()
    const failure = toYaguraError(error)
    if (failure.code === 'INTEGRITY') throw failure
    if (failure.code === 'INTERNAL') throw error
    // Reading stopped half-way, so the hashes are not complete. The stored bytes must still be those that the image names.
    if (failure.code !== 'INPUT_NOT_FOUND') await verifyStored(stored, options.signal).catch(unlessMissing)
    noteProblem(problems, problemOf(failure, ''))
  }
  return problems
}

/** What a registry does not send a second time cannot be checked; that the layer was not read to its end is told anyway. */
function unlessMissing(error: unknown): void {
  if (toYaguraError(error).code !== 'INPUT_NOT_FOUND') throw error
}

/** Hashes the stored bytes alone, which bombs cannot make long. */
async function verifyStored(stored: StoredLayer, signal: AbortSignal | undefined): Promise<void> {
  if (stored.layer.digest === null) return
  const hash = createHash(hashOf(stored.layer.digest))
  for await (const chunk of stored.open()) {
    signal?.throwIfAborted()
    hash.update(chunk)
  }
  verify(stored.layer.digest, hash.digest('hex'))
}

/** One member of a layer's archive, handed to the visitor in terms of the image. */
export function visitTarEntry(
  entry: TarEntry,
  visitor: LayerVisitor,
  limits: Limits,
  problems: LayerProblem[],
): ContentSink | undefined {
  const path = normalisePath(entry.name, limits.pathBytes)
  if (path === undefined) {
    noteProblem(problems, {
      code: 'FILE_INVALID',
      path: '',
      reason: 'A file has a name that no Linux file can have; it was left aside.',
    })
    return undefined
  }
  if (path === '') return undefined
  const whiteout = whiteoutOf(path)
  if (whiteout) {
    if (whiteout.kind !== 'ignored') visitor.visit({ path: whiteout.path, kind: whiteout.kind, link: '', sizeBytes: 0 })
    return undefined
  }
  const sink = visitor.visit(toLayerEntry(entry, path, limits))
  if (!sink) return undefined
  if (entry.sparse) {
    noteProblem(problems, {
      code: 'FILE_UNREADABLE',
      path,
      reason: 'The file is stored with holes (sparse), which is not read.',
    })
    return undefined
  }
  return sink
}

function toLayerEntry(entry: TarEntry, path: string, limits: Limits): LayerEntry {
  const { sizeBytes } = entry
  switch (entry.kind) {
    case 'symlink':
      return { path, kind: 'symlink', link: entry.linkName, sizeBytes: 0 }
    case 'hardlink':
      return { path, kind: 'hardlink', link: normalisePath(entry.linkName, limits.pathBytes) ?? '', sizeBytes: 0 }
    case 'file':
    case 'directory':
      return { path, kind: entry.kind, link: '', sizeBytes, mode: entry.mode, hasCapabilities: entry.hasCapabilities }
    default:
      return { path, kind: 'other', link: '', sizeBytes: 0 }
  }
}

function hashOf(digest: string): string {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** Throws INTEGRITY. */
function verify(digest: string, actual: string | null): void {
  if (digest.slice(digest.indexOf(':') + 1) === actual) return
  throw new YaguraError('INTEGRITY', `The bytes of layer ${digest} have another digest (${actual?.slice(0, 12)}…).`, {
    hint: 'The image was damaged or changed after it was built; nothing of it was kept.',
  })
}
