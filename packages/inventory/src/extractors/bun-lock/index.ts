// What bun would install: bun.lock. Its older binary form is only noticed.
import { baseName } from '@yagura/safe-io'
import { named } from '../../lock-file/named.ts'
import { npmPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseBunLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'bun-lock',
  files: [],
  directories: [],
  wants: named('bun.lock', 'bun.lockb'),
  parse(file, limits) {
    if (baseName(file.path) === 'bun.lock') return parseBunLock(file.bytes, limits)
    return {
      packages: [],
      problems: ['The binary lock file of bun is not read; `bun install --save-text-lockfile` writes it as text.'],
    }
  },
  purl: npmPurl,
  scope: 'source',
}
