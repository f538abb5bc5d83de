// Directories of the server's state: private, made step by step. (Node's recursive mkdir never returns where a directory
// cannot be made although its parent is there, as in /proc or behind a dangling link.)
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { YaguraError } from '@yagura/kernel'

export async function makeDirectory(path: string): Promise<void> {
  try {
    await makeWithParents(path)
  } catch (cause) {
    throw new YaguraError('PERMISSION', `The directory ${path} cannot be made: ${(cause as Error).message}.`, {
      cause,
      hint: 'Set YAGURA_DATA_DIR to a directory that the user of the server owns.',
    })
  }
}

async function makeWithParents(path: string): Promise<void> {
  const code = await tryMake(path)
  if (code === undefined) return
  if (code !== 'ENOENT' || dirname(path) === path) throw new Error(code)
  await makeWithParents(dirname(path))
  const again = await tryMake(path)
  if (again !== undefined) throw new Error(again)
}

/** The error code; undefined when the directory is there. */
async function tryMake(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 })
    return undefined
  } catch (thrown) {
    const { code } = thrown as { code?: string }
    const isThere = code === 'EEXIST' && (await stat(path).catch(() => undefined))?.isDirectory()
    return isThere ? undefined : (code ?? String(thrown))
  }
}
