// A directory read in place as if it were a layer: a root file system, or the upper directory of overlayfs.
import { toYaguraError } from '@yagura/kernel'
import { type ContentSink, type OpenedFile, readToEnd, walkDirectory } from '@yagura/safe-io'
import type { Layer } from '@yagura/schema'
import { type LayerProblem, type LayerReadOptions, type LayerSource, noteProblem, problemOf } from './source.ts'

/** Opaque directories are marked by an extended attribute, which is not read. */
export const OPAQUE_NOT_SEEN =
  'The unpacked layers were read, as the packed ones are not kept: where a layer deletes a whole directory, its old content still shows.'

/** In `overlay` form a character device 0/0 is a deletion (kernel, overlayfs.rst); in a plain root file system it is a device. */
export function directoryLayer(directory: string, form: 'plain' | 'overlay', layer: Layer | null): LayerSource {
  return {
    layer,
    async read(visitor, options) {
      const problems: LayerProblem[] = []
      try {
        await walkDirectory(
          directory,
          {
            enter: (path) => visitor.enter(path),
            problem: (path, error) => noteProblem(problems, problemOf(error, path)),
            visit(entry) {
              if (form === 'overlay' && entry.kind === 'character-device' && entry.isWhiteoutDevice()) {
                visitor.visit({ path: entry.path, kind: 'whiteout', link: '', sizeBytes: 0 })
                return
              }
              const kind = entry.kind === 'character-device' ? 'other' : entry.kind
              const sink = visitor.visit({
                path: entry.path,
                kind,
                link: entry.linkName,
                get mode() {
                  return entry.mode()
                },
                get sizeBytes() {
                  return kind === 'file' ? entry.sizeBytes() : 0
                },
              })
              if (!sink) return
              const failure = entry.read((part) => {
                options.imageBudget.spend(part.length)
                sink.write(part)
                return !sink.isDone?.()
              })
              if (failure) noteProblem(problems, problemOf(failure, entry.path))
              else sink.end()
            },
          },
          { signal: options.signal },
        )
      } catch (error) {
        options.signal?.throwIfAborted()
        noteProblem(problems, problemOf(toYaguraError(error), ''))
      }
      return problems
    },
  }
}

/** A file's content into a sink, within the budget of the image. */
export async function pour(opened: OpenedFile, sink: ContentSink, options: LayerReadOptions): Promise<void> {
  await using file = opened
  for await (const part of readToEnd(file)) {
    options.signal?.throwIfAborted()
    options.imageBudget.spend(part.length)
    sink.write(part)
    if (sink.isDone?.()) break
  }
  sink.end()
}
