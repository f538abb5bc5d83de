// Packages that are a file each, found by name anywhere: what is there in the end, and since when. There may be thousands in hundreds
// of layers, so the history is looked up only for paths of which more than one layer speaks.
import type { ContentRef } from '@yagura/image'
import { contentKey } from '@yagura/image'
import { type ImageReading, placeIfLive, wantedLinks } from '../layers/read-image.ts'
import type { Reader, Readers } from '../layers/readers.ts'
import { type Extracted, type LiveFile, packageKey, packagesOf, problemsOf } from './placed.ts'

/** By name of the reader. */
export function extractNamed(readers: Readers, image: ImageReading): ReadonlyMap<string, Extracted> {
  const live = liveFiles(readers, image)
  return new Map(
    readers.all.map((reader) => {
      const files = (live.get(reader.name) ?? []).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
      const since = firstLayers(reader, files, image)
      const packages = [...packagesOf(files)].map(([key, seen]) => ({ ...seen, introducedBy: since.get(key) ?? 0 }))
      return [reader.name, { packages, problems: problemsOf(files), files }]
    }),
  )
}

function liveFiles(readers: Readers, image: ImageReading): Map<string, LiveFile[]> {
  const live = new Map<string, LiveFile[]>()
  const seen = new Set<string>()
  function add(reader: Reader, path: string, content: ContentRef): void {
    const reading = image.reading(reader, content)
    if (!reading) return
    const files = live.get(reader.name)
    if (files) files.push({ path, content, reading })
    else live.set(reader.name, [{ path, content, reading }])
  }
  for (const [layer, { files }] of image.layers.entries())
    for (const { reader: name, path } of files.values()) {
      const reader = readers.byName(path).find((one) => one.name === name)
      const content = { layer, path }
      const place = reader && placeIfLive(image, content)
      if (!reader || place === undefined) continue
      seen.add(`${name}\0${contentKey(content)}`)
      add(reader, place, content)
    }
  for (const [place, wanting] of wantedLinks(image, readers)) {
    const resolution = image.view.resolve(place)
    if (resolution.kind !== 'file') continue
    const { content } = resolution.file
    // a second name of a file that counts already under its own says nothing new
    for (const reader of wanting) if (!seen.has(`${reader.name}\0${contentKey(content)}`)) add(reader, place, content)
  }
  return live
}

/** Key of each package → the first layer since which some file has said so without a break. */
function firstLayers(reader: Reader, files: readonly LiveFile[], image: ImageReading): ReadonlyMap<string, number> {
  const since = new Map<string, number>()
  for (const file of files) {
    const layers = image.view.layersOf(file.path)
    for (const found of file.reading.packages) {
      const key = packageKey(found)
      const first =
        layers.length > 1 ? walkDown(reader, file.path, key, layers, image) : (layers[0] ?? file.content.layer)
      since.set(key, Math.min(first, since.get(key) ?? first))
    }
  }
  return since
}

function walkDown(reader: Reader, path: string, key: string, layers: readonly number[], image: ImageReading): number {
  let first = layers.at(-1) ?? 0
  for (let at = layers.length - 2; at >= 0; at--) {
    // what was there just before the later layer changed it
    const before = image.view.resolve(path, first - 1)
    if (before.kind !== 'file') break
    const reading = image.reading(reader, before.file.content)
    if (!reading?.packages.some((found) => packageKey(found) === key)) break
    first = layers[at] ?? first
  }
  return first
}
