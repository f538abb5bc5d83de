// What yarn would install: yarn.lock of yarn 1 and of yarn 2 and later.
import { named } from '../../lock-file/named.ts'
import { npmPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseYarnLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'yarn-lock',
  files: [],
  directories: [],
  wants: named('yarn.lock'),
  parse: (file, limits) => parseYarnLock(file.bytes, limits.lineBytes),
  purl: npmPurl,
  scope: 'source',
}
