// What uv would install: uv.lock.
import { named } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseUvLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'uv-lock',
  files: [],
  directories: [],
  wants: named('uv.lock'),
  parse: (file) => parseUvLock(file.bytes),
  purl: (found) => plainPurl(found, 'pypi'),
  scope: 'source',
}
