// Which files are requirements files is a custom: requirements.txt, requirements-dev.txt, dev-requirements.txt, requirements/dev.txt.
import { baseName, parentPath } from '@yagura/safe-io'
import { isInstalled } from '../../lock-file/named.ts'

export function isRequirementsFile(path: string): boolean {
  if (!path.endsWith('.txt') || isInstalled(path)) return false
  const name = baseName(path)
  return /^requirements.*\.txt$|[-_.]requirements\.txt$/i.test(name) || baseName(parentPath(path)) === 'requirements'
}
