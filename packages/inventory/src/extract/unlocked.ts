// A manifest that declares dependencies is told as not covered, unless a lock file beside or above it was read, or what it declares is
// installed below it.
import { parentPath } from '@yagura/safe-io'
import type { Extractor } from '../extractors/extractor.ts'
import type { FileProblem } from './placed.ts'

/** `pathsOf`: files that an extractor read, by its name. */
export function withoutLocked(
  extractor: Extractor,
  problems: readonly FileProblem[],
  pathsOf: (name: string) => readonly string[],
): readonly FileProblem[] {
  if (!extractor.lockedBy) return problems
  return problems.filter(({ path }) => {
    const locks = extractor.lockedBy?.(path)
    if (!locks) return true
    const folder = folderOf(path)
    const isLocked = locks.lockedBy.some((name) => pathsOf(name).some((lock) => folder.startsWith(folderOf(lock))))
    const [name = '', below = ''] = locks.installedBy ?? []
    const isInstalled = pathsOf(name).some((one) => one.startsWith(`${folder}${below}`))
    return !isLocked && !isInstalled
  })
}

/** With a slash at the end; empty for the root. */
function folderOf(path: string): string {
  const parent = parentPath(path)
  return parent === '' ? '' : `${parent}/`
}
