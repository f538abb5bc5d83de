// What a source tree needs in versions that nothing in it tells.
import { isInstalled } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { manifestOf, unreadKind } from './manifests.ts'

const MAX_BYTES = 1024 * 1024

export const extractor: Extractor = {
  name: 'unlocked',
  files: [],
  directories: [],
  wants: (path) => !isInstalled(path) && (manifestOf(path) ?? unreadKind(path)) !== undefined,
  parse({ path, bytes }) {
    const kind = unreadKind(path)
    if (kind) return problem(`Lock files of ${kind} are not read: what it names was not seen.`)
    const declares = manifestOf(path)?.declares.test(bytes.toString('utf8', 0, MAX_BYTES))
    return declares
      ? problem('It declares dependencies, and no lock file says which versions of them are used.')
      : problem(undefined)
  },
  lockedBy: (path) => manifestOf(path),
  purl: (found) => plainPurl(found, 'generic'),
  scope: 'source',
}

function problem(sentence: string | undefined) {
  return { packages: [], problems: sentence === undefined ? [] : [sentence] }
}
