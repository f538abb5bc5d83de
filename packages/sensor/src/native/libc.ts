// The few calls of libc that Node does not have: memory mapping and the clock of the kernel's records.
import { readFileSync } from 'node:fs'
import { YaguraError } from '@yagura/kernel'
import koffi from 'koffi'

const PROT_READ = 1
const PROT_WRITE = 2
const MAP_SHARED = 1
const CLOCK_BOOTTIME = 7
const MAP_FAILED = 0xffff_ffff_ffff_ffffn

const libc = koffi.load('libc.so.6')
const mmap = libc.func('void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)')
const munmap = libc.func('int munmap(void *address, size_t length)')
const clockGettime = libc.func('int clock_gettime(int clock, void *time)')
const getpagesize = libc.func('int getpagesize()')
const mountCall = libc.func(
  'int mount(const char *source, const char *target, const char *kind, unsigned long flags, const char *data)',
)
const madvise = libc.func('int madvise(uintptr_t address, size_t length, int advice)')
const mallocTrim = libc.func('int malloc_trim(size_t keep)')
const strerror = libc.func('str strerror(int number)')

export interface Mapping {
  readonly buffer: ArrayBuffer
  /** Nothing may touch the buffer afterwards. */
  unmap(): void
}

export const pageSizeBytes: number = getpagesize()

export function mapShared(fd: number, offset: number, sizeBytes: number, access: 'read' | 'read-write'): Mapping {
  const protection = access === 'read' ? PROT_READ : PROT_READ | PROT_WRITE
  const address = mmap(null, sizeBytes, protection, MAP_SHARED, fd, offset)
  if (address === null || koffi.address(address) === MAP_FAILED) {
    throw new YaguraError('SENSOR', `a ring could not be mapped: ${errorText(koffi.errno())}`)
  }
  return { buffer: koffi.view(address, sizeBytes), unmap: () => void munmap(address, sizeBytes) }
}

const timespec = new BigInt64Array(2)

/** Nanoseconds since boot, suspended time included. */
export function bootTimeNs(): number {
  clockGettime(CLOCK_BOOTTIME, timespec)
  return Number(timespec[0]) * 1e9 + Number(timespec[1])
}

/** Gives memory that native code has freed back to the system; what the kernel's types took while programs were loaded is much. */
export function trimNativeHeap(): void {
  mallocTrim(0)
}

const MADV_DONTNEED = 4
/** smaps of proc_pid_smaps(5): `55d0c0a00000-55d0c2a00000 r-xp 00a00000 fe:01 1234  /usr/bin/node`. */
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p [0-9a-f]+ [0-9a-f:]+ \d+ +(\S.*)$/

/**
 * Lets go of the pages of this program's own file, of which starting touched many that are never needed again: what is needed comes back
 * from the page cache. Only what nobody can write and nobody has written.
 */
export function releaseProgramPages(): void {
  let mapping: { start: number; end: number } | undefined
  for (const line of readFileSync('/proc/self/smaps', 'utf8').split('\n')) {
    const found = MAPPING.exec(line)
    if (/^[0-9a-f]+-/.test(line)) {
      mapping =
        found?.[3] === process.execPath
          ? { start: Number.parseInt(found[1] as string, 16), end: Number.parseInt(found[2] as string, 16) }
          : undefined
    } else if (mapping !== undefined && line.startsWith('Private_Dirty:')) {
      if (/^Private_Dirty:\s+0 kB/.test(line)) madvise(mapping.start, mapping.end - mapping.start, MADV_DONTNEED)
      mapping = undefined
    }
  }
}

const MS_NOSUID_NODEV_NOEXEC = 2 | 4 | 8

/** Mounts the BPF file system; undefined when it worked, else why not. */
export function mountBpfFileSystem(directory: string): string | undefined {
  const code = mountCall('bpf', directory, 'bpf', MS_NOSUID_NODEV_NOEXEC, 'mode=0700')
  return code === 0 ? undefined : errorText(koffi.errno())
}

/** Words for an errno value, negative or positive. */
export function errorText(errno: number): string {
  return strerror(Math.abs(errno))
}
