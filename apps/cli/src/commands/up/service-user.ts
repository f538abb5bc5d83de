// The user that the server runs as when we are root. It owns the server's state and nothing else, and cannot log in.
import { spawnSync } from 'node:child_process'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

export interface ServiceUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export function ensureServiceUser(name: string): Result<ServiceUser, YaguraError> {
  const known = lookUp(name)
  if (known) return notRoot(known)
  const made = spawnSync(
    'useradd',
    [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      name,
    ],
    { encoding: 'utf8', timeout: 30_000 },
  )
  const user = lookUp(name)
  if (user) return notRoot(user)
  const said = made.stderr?.trim() || made.error?.message || `useradd ended with ${made.status}`
  return err(
    new YaguraError('PERMISSION', `The system user ${name} is missing and could not be made (${said}).`, {
      hint: 'Make it by hand, or set YAGURA_SERVICE_USER to a user that exists.',
    }),
  )
}

function lookUp(name: string): ServiceUser | undefined {
  const { status, stdout } = spawnSync('getent', ['passwd', name], { encoding: 'utf8', timeout: 10_000 })
  const [, , uid, gid] = status === 0 ? stdout.trim().split(':') : []
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined
}

function notRoot(user: ServiceUser): Result<ServiceUser, YaguraError> {
  if (user.uid !== 0) return ok(user)
  return err(
    new YaguraError('USAGE', `The user ${user.name} has the rights of root: set YAGURA_SERVICE_USER to another.`),
  )
}
