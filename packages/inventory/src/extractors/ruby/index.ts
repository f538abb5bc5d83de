// Installed Ruby gems: the specification that RubyGems writes for each (guides.rubygems.org, "Specification Reference"). Default gems of
// Ruby itself are in specifications/default.
import { purlText } from '@yagura/versions/purl'
import type { Extractor } from '../extractor.ts'
import { parseSpecification } from './specification.ts'

const SPECIFICATION = /(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/

export const extractor: Extractor = {
  name: 'ruby',
  files: [],
  directories: [],
  wants: (path) => path.endsWith('.gemspec') && SPECIFICATION.test(path),
  parse: (file, limits) => parseSpecification(file.path, file.bytes, limits),
  purl(found) {
    const { name, version, architecture } = found
    return purlText({ type: 'gem', name, version, qualifiers: { platform: architecture } })
  },
}
