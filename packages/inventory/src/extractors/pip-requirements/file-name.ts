// Which files are requirements files is a custom: requirements.txt, requirements-dev.txt, dev-requirements.txt, requirements/dev.txt;
// rye writes what it locks as requirements.lock and requirements-dev.lock.
import { baseName, parentPath } from '@yagura/safe-io'
import { isInstalled } from '../../lock-file/named.ts'

export function isRequirementsFile(path: string): boolean {
  if (isInstalled(path)) return false
  const name = baseName(path)
  if (/^requirements(?:-[\w-]+)?\.lock$/.test(name)) return true
  if (!path.endsWith('.txt')) return false
  return /^requirements.*\.txt$|[-_.]requirements\.txt$/i.test(name) || baseName(parentPath(path)) === 'requirements'
}
