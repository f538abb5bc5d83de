// Conda packages of an environment: conda-meta/NAME-VERSION-BUILD.json (docs.conda.io, "Environment directory structure").
import { purlText } from '@yagura/versions/purl'
import { foundPackage, readManifest } from '../../installed/found.ts'
import { textAt } from '../../lock-file/values.ts'
import type { Extractor } from '../extractor.ts'

const RECORD = /(?:^|\/)conda-meta\/[^/]+\.json$/

export const extractor: Extractor = {
  name: 'conda',
  files: [],
  directories: [],
  wants: (path) => RECORD.test(path),
  parse({ bytes }, limits) {
    const document = readManifest(bytes, limits)
    if ('problem' in document) return { packages: [], problems: [document.problem] }
    const record = document.value
    const license = textAt(record, 'license')
    const found = foundPackage('conda', textAt(record, 'name'), textAt(record, 'version'), {
      architecture: textAt(record, 'subdir') ?? null,
      licenses: license === undefined ? [] : [license],
    })
    return found
      ? { packages: [found], problems: [] }
      : { packages: [], problems: ['The record has no usable name and version.'] }
  },
  purl(found) {
    const { name, version, architecture } = found
    return purlText({ type: 'conda', name, version, qualifiers: { subdir: architecture } })
  },
}
