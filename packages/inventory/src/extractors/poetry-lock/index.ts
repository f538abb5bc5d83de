// What poetry would install: poetry.lock.
import { named } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePoetryLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'poetry-lock',
  files: [],
  directories: [],
  wants: named('poetry.lock'),
  parse: (file) => parsePoetryLock(file.bytes),
  purl: (found) => plainPurl(found, 'pypi'),
  scope: 'source',
}
