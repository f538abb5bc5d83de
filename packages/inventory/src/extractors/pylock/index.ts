// Lock files of any Python installer: pylock.toml and pylock.NAME.toml (PEP 751).
import { baseName } from '@yagura/safe-io'
import { isInstalled } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePylock } from './lock.ts'

function isPylock(path: string): boolean {
  return /^pylock(?:\.[^.]+)?\.toml$/.test(baseName(path)) && !isInstalled(path)
}

export const extractor: Extractor = {
  name: 'pylock',
  files: [],
  directories: [],
  wants: isPylock,
  parse: (file) => parsePylock(file.bytes),
  purl: (found) => plainPurl(found, 'pypi'),
  scope: 'source',
}
