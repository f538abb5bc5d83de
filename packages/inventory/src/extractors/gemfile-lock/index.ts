// What bundler would install: Gemfile.lock and gems.locked.
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseGemfileLock } from './lock.ts'

/** Gemfile.lock, gems.locked, and rails.gemfile.lock beside rails.gemfile. */
function isGemfileLock(path: string): boolean {
  return /(?:^|\/)(?:Gemfile\.lock|gems\.locked|[^/]+\.gemfile\.lock)$/.test(path)
}

export const extractor: Extractor = {
  name: 'gemfile-lock',
  files: [],
  directories: [],
  wants: isGemfileLock,
  parse: (file, limits) => parseGemfileLock(file.bytes, limits.lineBytes),
  purl: (found) => plainPurl(found, 'gem'),
  scope: 'source',
}
