// Runs as root in a mount namespace of its own (unshare --mount). Hides directories that the service user may not pass behind
// empty ones that it may, puts back the paths the server needs, and becomes the program that drops the rights.
//
//   node enter-view.ts STASH VIEW-AS-JSON PROGRAM ARGUMENT…
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { View } from './view.ts'

function enter(stash: string, view: View): void {
  // what is put back must be held somewhere while its place is hidden
  mount('-t', 'tmpfs', '-o', 'mode=0700,nosuid,nodev', 'yagura', stash)
  const held = [...view.binds, ...view.copies].map((path, index) => {
    const place = join(stash, String(index))
    if (view.copies.includes(path)) copyReadable(path, place)
    else {
      makeLike(path, place)
      mount('--bind', path, place)
    }
    return { path, place }
  })
  for (const mask of view.masks) mount('-t', 'tmpfs', '-o', 'mode=0755,nosuid,nodev', 'yagura', mask)
  for (const { path, place } of held) {
    makeLike(place, path)
    mount('--bind', place, path)
  }
  run('umount', '--lazy', stash)
}

/** An empty file or directory, with its parents, to mount on. */
function makeLike(model: string, path: string): void {
  const isDirectory = lstatSync(model).isDirectory()
  mkdirSync(isDirectory ? path : dirname(path), { recursive: true, mode: 0o755 })
  if (!isDirectory) writeFileSync(path, '', { mode: 0o644 })
}

function copyReadable(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  openUp(to)
}

function openUp(path: string): void {
  const stats = lstatSync(path)
  if (stats.isSymbolicLink()) return
  chmodSync(path, stats.isDirectory() ? 0o755 : 0o644)
  if (stats.isDirectory()) for (const name of readdirSync(path)) openUp(join(path, name))
}

function mount(...args: readonly string[]): void {
  run('mount', ...args)
}

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr?.trim() || `ended with ${status}`}`)
}

const [stash = '', viewJson = '', program = '', ...args] = process.argv.slice(2)
process.umask(0o022)
try {
  enter(stash, JSON.parse(viewJson))
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  const msg = `The service user cannot be given access to the checkout or the data directory (${reason}). Move them to where it may read them.`
  process.stderr.write(`${JSON.stringify({ level: 60, part: 'up', time: new Date().toISOString(), msg })}\n`)
  process.exit(2)
}
process.execve?.(program, [program, ...args], process.env)
