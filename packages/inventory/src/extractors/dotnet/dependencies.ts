// `libraries` of a deps.json: "Name/Version" → {type}. A `project` is the application itself; a `runtimepack` is the runtime that a
// self-contained application carries along.
import type { Limits } from '@yagura/kernel'
import { foundPackage, NOTHING_FOUND, readManifest } from '../../installed/found.ts'
import { entriesOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

const RUNTIME_PACK = 'runtimepack.'

export function parseDependencies(bytes: Buffer, limits: Limits): ParsedFile {
  const document = readManifest(bytes, limits)
  if ('problem' in document) return { packages: [], problems: [document.problem] }
  const libraries = entriesOf(valueAt(document.value, 'libraries'))
  if (libraries.length === 0) return NOTHING_FOUND
  const found = libraries
    .filter(([, library]) => ['package', 'runtimepack'].includes(textAt(library, 'type') ?? ''))
    .map(([key]) => {
      const slash = key.lastIndexOf('/')
      const name = key.slice(0, Math.max(slash, 0))
      return foundPackage(
        'nuget',
        name.startsWith(RUNTIME_PACK) ? name.slice(RUNTIME_PACK.length) : name,
        key.slice(slash + 1),
      )
    })
  const packages = found.filter((one) => one !== undefined)
  const lost = found.length - packages.length
  return { packages, problems: lost > 0 ? [`${lost} libraries have no usable name and version.`] : [] }
}
