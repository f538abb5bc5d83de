// The running embedded PostgreSQL: started in a session of its own, so that a signal to the server's terminal or a killed
// server does not take it down; a server that comes back finds it by postmaster.pid and adopts it.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { YaguraError } from '@yagura/kernel'
import pg from 'pg'
import { type ClusterPaths, OWNER } from './cluster.ts'
import type { PostgresPrograms } from './programs.ts'

const START_MS = 60_000

export interface Postmaster {
  readonly pid: number
  readonly adopted: boolean
}

/** A postmaster that answers: the one that is there, or a new one. */
export async function startPostmaster(programs: PostgresPrograms, paths: ClusterPaths): Promise<Postmaster> {
  const deadline = Date.now() + START_MS
  const before = await runningPid(paths)
  if (before !== undefined && (await waitUntilReady(paths, () => isAlive(before), deadline)))
    return { pid: before, adopted: true }
  while (Date.now() < deadline) {
    const child = spawn(programs.postgres, ['-D', paths.data, '-k', paths.socketDirectory], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    })
    const said = collectErrors(child)
    if (child.pid !== undefined && (await waitUntilReady(paths, () => child.exitCode === null, deadline))) {
      child.stderr?.destroy()
      child.unref()
      return { pid: child.pid, adopted: false }
    }
    // The backends of a postmaster that was killed need a moment to notice, and hold its shared memory until then.
    if (!/pre-existing shared memory block|lock file .* already exists/.test(said()))
      throw new YaguraError('DATABASE', `The embedded database did not start: ${lastError(said())}`, {
        hint: `Its log is in ${join(paths.data, 'log')}.`,
      })
    await sleep(250)
  }
  throw new YaguraError('DATABASE', 'The embedded database did not start within a minute.', {
    hint: `Its log is in ${join(paths.data, 'log')}.`,
  })
}

/** Fast shutdown; immediate where that takes too long (the log is replayed at the next start). */
export async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT')
  if (await waitUntilGone(pid, 2_500)) return
  signal(pid, 'SIGQUIT')
  await waitUntilGone(pid, 1_000)
}

/** A process that has ended but was not waited for (an adopted one, under an init that does not) counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')))
  } catch {
    return false
  }
}

/** The process named in postmaster.pid, when it is a PostgreSQL that is alive. */
async function runningPid(paths: ClusterPaths): Promise<number | undefined> {
  const text = await readFile(join(paths.data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  return name.trim() === 'postgres' ? pid : undefined
}

async function waitUntilReady(paths: ClusterPaths, isRunning: () => boolean, deadline: number): Promise<boolean> {
  while (Date.now() < deadline && isRunning()) {
    if (await answers(paths)) return true
    await sleep(50)
  }
  return false
}

async function answers(paths: ClusterPaths): Promise<boolean> {
  const client = new pg.Client({ host: paths.socketDirectory, user: OWNER, database: 'postgres' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

function collectErrors(child: ChildProcess): () => string {
  let text = ''
  child.on('error', (error) => {
    text += error.message
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    if (text.length < 16_384) text += chunk.toString('utf8')
  })
  return () => text
}

function lastError(text: string): string {
  const lines = text.trim().split('\n')
  return (lines.findLast((line) => /FATAL|ERROR/.test(line)) ?? lines.at(-1) ?? '').replace(/^.*?(FATAL|ERROR):\s*/, '')
}

async function waitUntilGone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (!isAlive(pid)) return true
    await sleep(25)
  }
  return !isAlive(pid)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {}
}
