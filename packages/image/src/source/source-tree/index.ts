// A directory of source code, read in place as one layer. What package managers and version control keep inside is not the project's own, and
// is left aside; no symbolic link is followed out of the directory (the walk opens none, the view resolves them inside).
import { ok, type Result, type YaguraError } from '@yagura/kernel'
import { baseName } from '@yagura/safe-io'
import type { LayerSource } from '../../layer/source.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'
import { openRootfs } from '../rootfs/index.ts'

const LEFT_ASIDE = new Set([
  ...['.git', '.hg', '.svn', '.jj'],
  ...['node_modules', 'bower_components', '.yarn', '.pnpm-store'],
  ...['.venv', 'venv', 'site-packages', '__pycache__', '.tox', '.nox'],
  ...['.gradle', '.terraform', '.dart_tool', '.build'],
])

export async function openSourceTree(path: string, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  const opened = await openRootfs(path, options)
  if (!opened.ok) return opened
  return ok({ ...opened.value, scope: 'source', layers: opened.value.layers.map(withoutForeign) })
}

function withoutForeign(source: LayerSource): LayerSource {
  return {
    ...source,
    read: (visitor, options) =>
      source.read({ ...visitor, enter: (path) => !isForeign(path) && visitor.enter(path) }, options),
  }
}

/** vendor/bundle is where bundler installs gems; other folders called vendor may hold code of the project. */
function isForeign(path: string): boolean {
  return LEFT_ASIDE.has(baseName(path)) || /(?:^|\/)vendor\/bundle$/.test(path)
}
