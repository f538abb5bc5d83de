// What is installed by package managers whose databases are not read: told as not seen.
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { managerOf } from './managers.ts'

export const extractor: Extractor = {
  name: 'unread',
  files: [],
  directories: [],
  // Debian's R and its packages are packages of Debian
  onlyUnowned: true,
  wants: (path) => managerOf(path) !== undefined,
  open(path) {
    const manager = managerOf(path)
    if (manager === undefined) return undefined
    const problems = [`Packages of ${manager} are not read: what it installed was not seen.`]
    return { write() {}, end: () => ({ packages: [], problems }) }
  },
  purl: (found) => plainPurl(found, 'generic'),
}
