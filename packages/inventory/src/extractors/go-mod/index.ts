// Modules that a Go main module requires: go.mod.
import { named } from '../../lock-file/named.ts'
import { pathPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseGoMod } from './go-mod.ts'

export const extractor: Extractor = {
  name: 'go-mod',
  files: [],
  directories: [],
  wants: named('go.mod'),
  parse: (file, limits) => parseGoMod(file.bytes, limits.lineBytes),
  purl: (found) => pathPurl(found, 'golang'),
  scope: 'source',
}
