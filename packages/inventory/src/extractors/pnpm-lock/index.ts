// What pnpm would install: pnpm-lock.yaml.
import { named } from '../../lock-file/named.ts'
import { npmPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePnpmLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'pnpm-lock',
  files: [],
  directories: [],
  wants: named('pnpm-lock.yaml'),
  parse: (file) => parsePnpmLock(file.bytes),
  purl: npmPurl,
  scope: 'source',
}
