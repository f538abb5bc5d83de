// The command lines of the two programs: with fewer rights, and ended when we are.
import { accessSync, constants, mkdtempSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ServiceUser } from './service-user.ts'
import type { View } from './view.ts'

const SETPRIV = '/usr/bin/setpriv'
const UNSHARE = '/usr/bin/unshare'
const ENTER_VIEW = fileURLToPath(new URL('enter-view.ts', import.meta.url))

export interface CommandLine {
  readonly command: string
  readonly args: readonly string[]
  /** An empty directory to remove when the program has ended. */
  readonly stash?: string
}

export function canDropRights(): boolean {
  return isProgram(SETPRIV)
}

/** A program of ours on the Node that runs us. It gets SIGTERM when this process dies, however that happens. */
export function plainCommand(main: string): CommandLine {
  const program = [process.execPath, main]
  return isProgram(SETPRIV)
    ? { command: SETPRIV, args: ['--pdeathsig', 'TERM', '--', ...program] }
    : { command: process.execPath, args: [main] }
}

/** The same as another user, for good: no groups, no capabilities, no way to get more rights. */
export function restrictedCommand(main: string, user: ServiceUser, view: View | undefined): CommandLine {
  const drop = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--no-new-privs',
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--pdeathsig=TERM',
  ]
  const program = [SETPRIV, ...drop, '--', process.execPath, main]
  if (!view) return { command: SETPRIV, args: program.slice(1) }
  const stash = mkdtempSync('/run/yagura-')
  const enter = [process.execPath, ENTER_VIEW, stash, JSON.stringify(view), ...program]
  return { command: UNSHARE, args: ['--mount', '--propagation', 'private', '--', ...enter], stash }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
