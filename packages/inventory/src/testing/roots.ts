// Real root file systems for tests: Debian releases made with mmdebstrap (once, kept in a cache), Alpine from YAGURA_DATA.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TIMEOUT_MS = 300_000

/** YAGURA_TEST_CACHE, or a directory of the machine's temporary files. */
export function testCache(): string {
  const cache = process.env.YAGURA_TEST_CACHE || join(tmpdir(), 'yagura-test-cache')
  mkdirSync(cache, { recursive: true })
  return cache
}

/** The minimal root of a Debian release. Takes about 20 s the first time. */
export function debianRoot(release: string): string {
  const root = join(testCache(), `debian-${release}`)
  if (existsSync(root)) return root
  const making = mkdtempSync(join(testCache(), `debian-${release}-making-`))
  run('mmdebstrap', ['--variant=minbase', release, join(making, 'root')])
  // another process may have made it meanwhile; either is as good
  if (existsSync(root)) rmSync(making, { recursive: true })
  else {
    renameSync(join(making, 'root'), root)
    rmSync(making, { recursive: true })
  }
  return root
}

/** Archives of Alpine's mini root file systems: name → path. */
export function alpineArchives(data: string): Map<string, string> {
  const folder = join(data, 'rootfs')
  const archives = readdirSync(folder).filter((name) => name.startsWith('alpine-minirootfs-'))
  return new Map(
    archives.map((name) => [name.replace(/^alpine-minirootfs-|-x86_64\.tar\.gz$/g, ''), join(folder, name)]),
  )
}

/** Output of a program that must succeed. */
export function run(program: string, args: readonly string[], timeoutMs = TIMEOUT_MS): string {
  const child = spawnSync(program, args, { encoding: 'utf8', timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 })
  if (child.status === 0) return child.stdout
  throw new Error(`${program} ${args.join(' ')}: ${child.error?.message ?? child.stderr.trim().slice(-2000)}`)
}
