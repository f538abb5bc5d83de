// Lock files are known by their names. Those that came inside an installed package say nothing of this project.
import { baseName } from '@yagura/safe-io'

export function named(...names: readonly string[]): (path: string) => boolean {
  const wanted = new Set(names)
  return (path) => wanted.has(baseName(path)) && !isInstalled(path)
}

export function isInstalled(path: string): boolean {
  return /(?:^|\/)(?:node_modules|site-packages)\//.test(path)
}
