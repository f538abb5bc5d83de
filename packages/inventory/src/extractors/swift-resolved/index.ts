// What the Swift package manager would fetch: Package.resolved.
import { named } from '../../lock-file/named.ts'
import { pathPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePackageResolved } from './resolved.ts'

export const extractor: Extractor = {
  name: 'swift-resolved',
  files: [],
  directories: [],
  wants: named('Package.resolved'),
  parse: (file, limits) => parsePackageResolved(file.bytes, limits),
  purl: (found) => pathPurl(found, 'swift'),
  scope: 'source',
}
