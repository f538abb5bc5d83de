// What pipenv would install: Pipfile.lock.
import { named } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePipfileLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'pipfile-lock',
  files: [],
  directories: [],
  wants: named('Pipfile.lock'),
  parse: (file, limits) => parsePipfileLock(file.bytes, limits),
  purl: (found) => plainPurl(found, 'pypi'),
  scope: 'source',
}
