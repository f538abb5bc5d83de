// What npm would install: package-lock.json and npm-shrinkwrap.json.
import { named } from '../../lock-file/named.ts'
import { npmPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseNpmLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'npm-lock',
  files: [],
  directories: [],
  wants: named('package-lock.json', 'npm-shrinkwrap.json'),
  parse: (file, limits) => parseNpmLock(file.bytes, limits),
  purl: npmPurl,
  scope: 'source',
}
