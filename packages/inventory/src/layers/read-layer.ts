// One pass over one layer: every wanted file is read as it comes by, by all who want it at once, and only what they say is kept.
import {
  createLayerEntries,
  type LayerEntry,
  type LayerProblem,
  type LayerReadOptions,
  type LayerSource,
  type LayerVisitor,
  noteProblem,
} from '@yagura/image'
import { type Limits, YaguraError } from '@yagura/kernel'
import { type ContentSink, normalisePath } from '@yagura/safe-io'
import type { ContentReader, FoundPackage } from '../extractors/extractor.ts'
import { isProgram, PROGRAM_MAGIC_BYTES } from '../extractors/program.ts'
import type { LayerInspector } from './inspection.ts'
import { heldBytes, openWith, type Reader, type ReaderResult, type Readers } from './readers.ts'
import { type FileReading, type LayerReading, type OwnedFile, readingKey } from './reading.ts'

/** Shared by the layers of an image. */
export interface ImageCounts {
  entries: number
  packages: number
}

export interface ReadLayerOptions extends LayerReadOptions {
  readonly limits: Limits
  readonly counts: ImageCounts
}

/** What is loaded while the first layers are unpacked. */
export interface Equipment {
  readonly readers: Readers
  /** Looks at all files of a layer beside the readers. */
  readonly inspect?: (() => LayerInspector) | undefined
}

/** Held at once, of all layers together; reports have at most 200,000. */
const MAX_FOUND = 400_000
const MAX_TEXT = 512
const MAX_LICENSES = 100
const MAX_LICENSE_TEXT = 4096
const MAX_PROBLEMS_OF_FILE = 20

/** Throws INTEGRITY, and when aborted; what else goes wrong is in `problems`. */
export async function readLayer(
  source: LayerSource,
  equipment: Promise<Equipment>,
  options: ReadLayerOptions,
): Promise<LayerReading> {
  let visiting: LayerVisiting | undefined
  const ready = equipment.then((equipped) => {
    visiting = visitorOf(equipped, options)
    return visiting
  })
  // told of by who waits for it
  ready.catch(() => {})
  if (!source.isLarge) await ready
  const visitor: LayerVisitor = { enter: () => true, visit: (entry) => visiting?.visit(entry) }
  const problems = await source.read(visitor, { ...options, ready })
  return (await ready).done(problems)
}

interface LayerVisiting {
  readonly visit: LayerVisitor['visit']
  done(problems: readonly LayerProblem[]): LayerReading
}

function visitorOf({ readers, inspect }: Equipment, options: ReadLayerOptions): LayerVisiting {
  const entries = createLayerEntries()
  const { files, refused, sinkOf, forget } = createFileReadings(readers, options)
  const { counts, limits } = options
  const inspector = inspect?.()
  return {
    visit(entry) {
      if (++counts.entries > limits.archiveEntries)
        throw new YaguraError('LIMIT_EXCEEDED', `The image holds more than ${limits.archiveEntries} entries.`)
      entries.add(entry)
      const inspecting = inspector?.visit(entry)
      const wanting = readers.of(entry.path)
      if (wanting.length === 0) return inspecting
      // the last of one name counts, whatever it is
      forget(entry.path, wanting)
      if (entry.kind !== 'file') return inspecting
      const reading = sinkOf(entry, entry.path, wanting)
      return inspecting && reading ? manySinks([inspecting, reading]) : (inspecting ?? reading)
    },
    done: (problems) => ({ entries, files, problems: [...problems, ...refused], inspection: inspector?.done() }),
  }
}

/** `as`: the name under which somebody wants the file at `path`. */
export interface LinkedFile {
  readonly path: string
  readonly as: string
  readonly reader: Reader
}

/** Reads files that nobody wanted by their own name, because a link with a wanted name leads to them. Keys are those of their own paths. */
export async function readLinkedFiles(
  source: LayerSource,
  linked: readonly LinkedFile[],
  readers: Readers,
  options: ReadLayerOptions,
): Promise<ReadonlyMap<string, FileReading>> {
  const wanted = new Map<string, LinkedFile[]>()
  for (const one of linked) wanted.set(one.path, [...(wanted.get(one.path) ?? []), one])
  const { files, sinkOf } = createFileReadings(readers, options)
  await source.read(
    {
      enter: () => true,
      visit(entry) {
        const links = wanted.get(entry.path)
        if (!links || entry.kind !== 'file') return undefined
        const sinks = links.flatMap(({ as, reader }) => sinkOf(entry, as, [reader]) ?? [])
        return manySinks(sinks)
      },
    },
    options,
  )
  return files
}

function createFileReadings(readers: Readers, { limits, counts }: ReadLayerOptions) {
  const files = new Map<string, FileReading>()
  const places = new Set<string>()
  const refused: LayerProblem[] = []
  let isFull = false

  function keep(reader: Reader, path: string, result: ReaderResult): void {
    if (counts.packages + result.packages.length > MAX_FOUND) {
      if (!isFull)
        refused.push({
          code: 'LIMIT_REACHED',
          path: '',
          reason: `The image holds more than ${MAX_FOUND} packages in all its layers; the rest was left out.`,
        })
      isFull = true
      return
    }
    const reading = toReading(reader, path, result, readers, limits)
    if (isEmpty(reading)) return
    counts.packages += reading.packages.length
    files.set(readingKey(reader.name, path), reading)
    places.add(path)
  }

  function forget(path: string, said: readonly Reader[]): void {
    if (places.has(path)) for (const reader of said) files.delete(readingKey(reader.name, path))
  }

  function sinkOf(entry: LayerEntry, as: string, wanting: readonly Reader[]): ContentSink | undefined {
    const { path, sizeBytes } = entry
    const open = (some: readonly Reader[]) => manySinks(some.flatMap((reader) => openOne(reader, path, as, sizeBytes)))
    // nearly all files that may be a program by their name are none
    const ofPrograms = wanting.filter((reader) => reader.programs)
    if (ofPrograms.length === 0) return open(wanting)
    const programs = programSink(() => open(ofPrograms))
    if (ofPrograms.length === wanting.length) return programs
    const other = open(wanting.filter((reader) => !reader.programs))
    return other ? manySinks([other, programs]) : programs
  }

  function openOne(reader: Reader, path: string, as: string, sizeBytes: number): readonly ContentSink[] {
    const guarded = guard(reader, (result) => keep(reader, path, result))
    const opened = guarded.open(() => openWith(reader, as, sizeBytes, limits))
    if (opened === 'too-large')
      noteProblem(refused, {
        code: 'LIMIT_REACHED',
        path,
        reason: `The file was not read: it has ${sizeBytes} bytes, and at most ${heldBytes(reader, limits)} are held in memory.`,
      })
    return opened === undefined || opened === 'too-large' ? [] : [guarded.sink(opened)]
  }

  return { files, refused, sinkOf, forget }
}

/** Opens what reads programs when the first bytes are those of one. */
function programSink(open: () => ContentSink | undefined): ContentSink {
  let head: Uint8Array | undefined
  let sink: ContentSink | undefined
  let isOther = false
  return {
    write(part) {
      if (sink || isOther) {
        sink?.write(part)
        return
      }
      const start = head ? Buffer.concat([head, part]) : part
      if (start.length < PROGRAM_MAGIC_BYTES) {
        head = Buffer.from(start)
        return
      }
      if (isProgram(start)) sink = open()
      isOther = sink === undefined
      sink?.write(start)
    },
    end: () => sink?.end(),
    isDone: () => isOther,
  }
}

function manySinks(sinks: readonly ContentSink[]): ContentSink | undefined {
  if (sinks.length <= 1) return sinks[0]
  return {
    write: (part) => {
      for (const sink of sinks) sink.write(part)
    },
    end: () => {
      for (const sink of sinks) sink.end()
    },
    isDone: () => sinks.every((sink) => sink.isDone?.() === true),
  }
}

/** A reader must not throw; if one does, it costs its own file only. */
function guard(reader: Reader, done: (result: ReaderResult) => void) {
  let failed = false
  function attempt<T>(step: () => T): T | undefined {
    if (failed) return undefined
    try {
      return step()
    } catch (error) {
      failed = true
      const reason = error instanceof Error ? error.message : String(error)
      done({ packages: [], problems: [`The ${reader.name} extractor failed: ${reason}.`] })
      return undefined
    }
  }
  return {
    open: attempt<ContentReader | 'too-large' | undefined>,
    sink: (content: ContentReader): ContentSink => ({
      write: (part) => attempt(() => content.write(part)),
      end: () => {
        const result = attempt(() => content.end())
        if (result) done(result)
      },
    }),
  }
}

function isEmpty({ packages, problems, owned, operatingSystem, table }: FileReading): boolean {
  return packages.length + problems.length + owned.length === 0 && operatingSystem === null && table === undefined
}

/** Holds readers to what reports can carry. */
function toReading(reader: Reader, path: string, result: ReaderResult, readers: Readers, limits: Limits): FileReading {
  const packages = result.packages.filter((found) => isUsable(found.name) && isUsable(found.version)).map(withinBounds)
  const problems = result.problems.slice(0, MAX_PROBLEMS_OF_FILE)
  if (packages.length < result.packages.length) problems.push('A package has no usable name and version.')
  const owner = result.owner ?? { name: reader.name, type: reader.name }
  const owned = [
    ...ownedFiles(result.owns ?? [], owner, readers, limits),
    ...result.packages.flatMap((found) => ownedFiles(found.owns ?? [], found, readers, limits)),
  ]
  // it speaks of packages by their places in the list
  const table = packages.length === result.packages.length ? result.table : undefined
  const operatingSystem = result.operatingSystem ?? null
  return { reader: reader.name, path, packages, problems, owned, operatingSystem, ...(table ? { table } : {}) }
}

function isUsable(text: string): boolean {
  return text !== '' && text.length <= MAX_TEXT
}

function withinBounds({ owns: _, ...found }: FoundPackage): FoundPackage {
  return {
    ...found,
    licenses: found.licenses.slice(0, MAX_LICENSES).map((license) => license.slice(0, MAX_LICENSE_TEXT)),
  }
}

/** A distribution owns a hundred thousand files; only those count in which somebody may find a package. */
function ownedFiles(
  paths: readonly string[],
  owner: { readonly name: string; readonly type: string },
  readers: Readers,
  limits: Limits,
): OwnedFile[] {
  return paths.flatMap((absolute) => {
    const path = normalisePath(absolute.startsWith('/') ? absolute.slice(1) : absolute, limits.pathBytes)
    return path && readers.byName(path).length > 0 ? [{ path, name: owner.name, type: owner.type }] : []
  })
}
