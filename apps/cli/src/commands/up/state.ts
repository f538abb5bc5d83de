// The directories of state, with the owner and mode each needs. What exists already keeps its mode, except where secrets lie.
import { chmodSync, lchownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import type { ServiceUser } from './service-user.ts'
import type { UpSettings } from './settings.ts'

/** @param user who owns the server's part; undefined: we do, not being root */
export function prepareState(settings: UpSettings, user: ServiceUser | undefined): Result<void, YaguraError> {
  const { paths, logs } = settings
  try {
    mkdirSync(paths.root, { recursive: true, mode: user ? 0o755 : 0o700 })
    for (const path of [paths.server.root, paths.agent.root, logs]) {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      if (!lstatSync(path).isDirectory()) throw new Error(`${path} is not a directory`)
      chmodSync(path, 0o700)
    }
    if (user && lstatSync(paths.server.root).uid !== user.uid) giveTo(paths.server.root, user)
    return ok(undefined)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return err(
      new YaguraError('PERMISSION', `The data directory ${paths.root} cannot be used: ${reason}.`, {
        cause,
        hint: 'Set YAGURA_DATA_DIR to a directory that this user may write.',
      }),
    )
  }
}

/** Everything below changes its owner, symlinks themselves and not what they point to. */
function giveTo(path: string, user: ServiceUser): void {
  lchownSync(path, user.uid, user.gid)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) giveTo(join(path, name), user)
}
