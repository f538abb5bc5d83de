// installed.json: a list of packages (Composer 1), or an object that has it as `packages` (Composer 2).
import type { Limits } from '@yagura/kernel'
import { foundPackage, readManifest } from '../../installed/found.ts'
import { listOf, textAt, textOf, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parseInstalledJson(bytes: Buffer, limits: Limits): ParsedFile {
  const document = readManifest(bytes, limits)
  if ('problem' in document) return { packages: [], problems: [document.problem] }
  const list = Array.isArray(document.value) ? document.value : valueAt(document.value, 'packages')
  if (!Array.isArray(list)) return { packages: [], problems: ['The file holds no list of packages.'] }
  const found = list.map((one: unknown) =>
    foundPackage('composer', textAt(one, 'name'), textAt(one, 'version'), {
      licenses: listOf(valueAt(one, 'license')).flatMap((license) => textOf(license) ?? []),
    }),
  )
  const packages = found.filter((one) => one !== undefined)
  const lost = found.length - packages.length
  return { packages, problems: lost > 0 ? [`${lost} entries have no usable name and version.`] : [] }
}
