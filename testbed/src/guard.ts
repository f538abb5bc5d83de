// Compiles guard/guard.bpf.c once and attaches it to the control group above a node. Nothing is left pinned: the
// programs live as long as the control group.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from './cache.ts'
import { mustRun } from './command.ts'

const SOURCE = join(import.meta.dirname, '../guard/guard.bpf.c')
const ATTACH = join(import.meta.dirname, '../scripts/attach-guard.sh')

export interface DiskNumbers {
  readonly major: number
  readonly minor: number
}

export async function attachGuard(
  cacheDir: string,
  cgroup: string,
  scratchDir: string,
  disk?: DiskNumbers,
): Promise<void> {
  const defines = disk ? [`-DDISK_MAJOR=${disk.major}`, `-DDISK_MINOR=${disk.minor}`] : []
  const digest = createHash('sha256')
    .update(await readFile(SOURCE))
    .update(defines.join(' '))
    .digest('hex')
  const object = await cached(cacheDir, `guard-${digest.slice(0, 12)}.bpf.o`, (path) => compile(path, defines))
  const mountPoint = join(scratchDir, 'bpf')
  await mkdir(mountPoint, { recursive: true })
  await mustRun(['unshare', '--mount', ATTACH, object, mountPoint, cgroup])
  await rm(mountPoint, { recursive: true })
}

async function compile(path: string, defines: readonly string[]): Promise<void> {
  const includes = process.arch === 'arm64' ? '/usr/include/aarch64-linux-gnu' : '/usr/include/x86_64-linux-gnu'
  await mustRun(['clang', '-O2', '-g', '-target', 'bpf', ...defines, `-I${includes}`, '-c', SOURCE, '-o', path])
}
