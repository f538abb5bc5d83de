// What cargo would build: Cargo.lock.
import { named } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseCargoLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'cargo-lock',
  files: [],
  directories: [],
  wants: named('Cargo.lock'),
  parse: (file) => parseCargoLock(file.bytes),
  purl: (found) => plainPurl(found, 'cargo'),
  scope: 'source',
}
