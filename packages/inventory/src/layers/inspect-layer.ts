// Looks at the files of one layer for secrets and mistakes as they come by: each text is held up to a limit and given away again.
import type { LayerEntry } from '@yagura/image'
import type { ContentSink } from '@yagura/safe-io'
import { contentChecks, oddContent, oddEntry } from '../mistakes/files.ts'
import type { Oddity } from '../mistakes/oddity.ts'
import { type FoundSecret, type PatternBudget, scanBytes } from '../secrets/scan-bytes.ts'
import { isSearched } from '../secrets/searched-paths.ts'
import type { InspectionName, LayerInspector } from './inspection.ts'

const MiB = 1024 * 1024
/** Of each file; the rest is not searched, which is said. */
const TEXT_BYTES = MiB
const SNIFFED_BYTES = 8192
const LARGEST_BYTES = 64 * MiB
/** What patterns may look at in one layer, and in all of an image; they do some 5 MiB in a second. */
const PATTERN_BYTES = 16 * MiB
const IMAGE_PATTERN_BYTES = 64 * MiB
const MAX_SECRETS = 2000
const MAX_ODDITIES_OF_CHECK = 100

/** Makes an inspector for each layer of one image. */
export function layerInspectors(names: readonly InspectionName[]): () => LayerInspector {
  const ofImage: PatternBudget = { bytes: IMAGE_PATTERN_BYTES }
  return () => createLayerInspector(names, ofImage)
}

function createLayerInspector(names: readonly InspectionName[], ofImage: PatternBudget): LayerInspector {
  const secrets: FoundSecret[] = []
  const oddities: Oddity[] = []
  const counts = new Map<string, number>()
  const budget: PatternBudget = { bytes: PATTERN_BYTES }
  const searching = names.includes('secrets')
  const judging = names.includes('mistakes')
  let cut = 0
  let large = 0
  let unsearched = 0

  function noteOddities(found: readonly Oddity[]): void {
    for (const one of found) {
      const count = (counts.get(one.check) ?? 0) + 1
      counts.set(one.check, count)
      if (count <= MAX_ODDITIES_OF_CHECK) oddities.push(one)
    }
  }

  function search(path: string, bytes: Buffer, isCut: boolean): void {
    if (isCut) cut++
    const before = Math.min(budget.bytes, ofImage.bytes)
    const left: PatternBudget = { bytes: before }
    const found = scanBytes(bytes, path, left)
    budget.bytes -= before - left.bytes
    ofImage.bytes -= before - left.bytes
    const room = MAX_SECRETS - secrets.length
    secrets.push(...found.secrets.slice(0, room))
    if (!found.isComplete || found.secrets.length > room) unsearched++
  }

  function sinkOf(path: string, sizeBytes: number, forSecrets: boolean, forMistakes: boolean): ContentSink {
    let parts: Buffer[] = []
    let held = 0
    let isCut = false
    let isOver = false
    return {
      write(part) {
        if (isOver) return
        const bytes = Buffer.from(part.buffer, part.byteOffset, part.length)
        if (held < SNIFFED_BYTES && bytes.subarray(0, SNIFFED_BYTES).includes(0)) {
          isOver = true
          parts = []
          return
        }
        if (held === 0 && bytes.length === sizeBytes && sizeBytes <= TEXT_BYTES) {
          // nearly every file comes whole, and need not be held
          isOver = true
          look(bytes)
          return
        }
        const room = TEXT_BYTES - held
        if (bytes.length > room) isCut = true
        if (room <= 0) return
        parts.push(Buffer.from(bytes.subarray(0, room)))
        held += Math.min(room, bytes.length)
      },
      end() {
        if (isOver || held === 0) return
        const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
        parts = []
        look(bytes)
      },
      isDone: () => isOver || isCut,
    }

    function look(bytes: Buffer): void {
      if (forSecrets) search(path, bytes, isCut)
      if (forMistakes) noteOddities(oddContent(path, bytes))
    }
  }

  return {
    visit(entry: LayerEntry) {
      if (judging) noteOddities(oddEntry(entry))
      if (entry.kind !== 'file') return undefined
      const forMistakes = judging && contentChecks(entry.path)
      const forSecrets = searching && isSearched(entry.path)
      if (!forMistakes && !forSecrets) return undefined
      const { path, sizeBytes } = entry
      if (sizeBytes > LARGEST_BYTES) {
        large++
        return undefined
      }
      return sinkOf(path, sizeBytes, forSecrets, forMistakes)
    },
    done: () => ({
      secrets,
      oddities,
      notes: [
        ...(cut > 0 ? [`Only the first MiB of ${cut} longer text files was searched for secrets.`] : []),
        ...(large > 0 ? [`${large} files of more than 64 MiB were not searched for secrets.`] : []),
        ...(unsearched > 0
          ? [
              `${unsearched} files were not searched for secrets to the end: the layer has too much that looks like one.`,
            ]
          : []),
      ],
    }),
  }
}
