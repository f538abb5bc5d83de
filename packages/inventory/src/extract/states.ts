// What package databases say after each layer. Layers are looked at one by one, and only one state is held: an image may have hundreds.
import { databasePaths, type ImageReading } from '../layers/read-image.ts'
import type { Reader } from '../layers/readers.ts'
import { introductions } from './introductions.ts'
import {
  type Extracted,
  fileKey,
  type LiveFile,
  NOTHING_EXTRACTED,
  packagesOf,
  problemsOf,
  type SeenPackage,
} from './placed.ts'

interface State {
  readonly files: ReadonlyMap<string, LiveFile>
  readonly packages: ReadonlyMap<string, SeenPackage>
  readonly keys: ReadonlySet<string>
}

const NOTHING: State = { files: new Map(), packages: new Map(), keys: new Set() }

export function extractDatabases(reader: Reader, image: ImageReading): Extracted {
  if (reader.files.length + reader.directories.length === 0) return NOTHING_EXTRACTED
  let state = NOTHING
  function* keysAfterEachLayer(): Generator<ReadonlySet<string>> {
    for (let layer = 0; layer < image.layers.length; layer++) {
      state = nextState(reader, state, databasesAt(reader, image, layer))
      yield state.keys
    }
  }
  const since = introductions(keysAfterEachLayer())
  const packages = [...state.packages].map(([key, seen]) => ({ ...seen, introducedBy: since.get(key) ?? 0 }))
  const files = [...state.files.values()]
  return { packages, problems: problemsOf(files), files }
}

export function databasesAt(reader: Reader, image: ImageReading, upTo: number): readonly LiveFile[] {
  return databasePaths(reader, image.view, upTo).flatMap((path) => {
    const resolution = image.view.resolve(path, upTo)
    if (resolution.kind !== 'file') return []
    const { content } = resolution.file
    const reading = image.reading(reader, content)
    return reading ? [{ path, content, reading }] : []
  })
}

/** A state in which all files are the same as before is the one before. */
function nextState(reader: Reader, previous: State, present: readonly LiveFile[]): State {
  const keys = present.map(fileKey)
  if (keys.length === previous.files.size && keys.every((key) => previous.files.has(key))) return previous
  const joined = reader.join && present.length > 1 ? joinFiles(reader.join, present) : present
  const files = new Map(joined.map((file) => [fileKey(file), file]))
  const packages = packagesOf(joined)
  return { files, packages, keys: new Set(packages.keys()) }
}

function joinFiles(join: NonNullable<Reader['join']>, present: readonly LiveFile[]): readonly LiveFile[] {
  const joined = join(new Map(present.map(({ path, reading }) => [path, reading])))
  return present.map((file) => {
    const { packages, problems } = joined.get(file.path) ?? file.reading
    return { ...file, reading: { ...file.reading, packages, problems } }
  })
}
