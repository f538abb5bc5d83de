// A small disk that a privileged container may find: a loop device over a file in memory of our own. It goes away by itself when
// the last opener ends, because it is detached while we still hold it open (loop(4), LO_FLAGS_AUTOCLEAR).
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { mustRun } from './command.ts'
import type { DiskNumbers } from './guard.ts'

const SIZE_BYTES = 1 << 20

export interface LoopDisk extends DiskNumbers {
  close(): Promise<void>
}

export async function makeLoopDisk(directory: string): Promise<LoopDisk> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, 'disk')
  await writeFile(file, 'a disk of the bench, and nobody else’s\n')
  await truncate(file, SIZE_BYTES)
  const device = (await mustRun(['losetup', '--find', '--show', file])).trim()
  const held = openSync(device, 'r')
  await mustRun(['losetup', '--detach', device])
  const numbers = readFileSync(`/sys/class/block/${basename(device)}/dev`, 'utf8')
    .trim()
    .split(':')
  return {
    major: Number(numbers[0]),
    minor: Number(numbers[1]),
    async close() {
      closeSync(held)
      await rm(file, { force: true })
    },
  }
}
