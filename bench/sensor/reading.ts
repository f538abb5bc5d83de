// Events a second that one thread walks, decodes and hands over: from a ring in ordinary memory, filled with a mix as a busy
// node makes it.
import { Buffer } from 'node:buffer'
import { createWritableRing, execBytes, mergeRings, pathTail, recordBytes } from '@yagura/sensor/internals'
import { makeRecordReader } from '../record-reader.ts'

const RING_BYTES = 4 * 1024 * 1024

/** Of this process: on a shared machine the time on the wall says what others do. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export async function measureReading(seconds: number): Promise<void> {
  const header = (n: number) => ({
    timeNs: n,
    sequence: n,
    cgroupId: 42,
    startNs: 5_000_000_000 + (n % 32) * 10_000_000,
    pid: 4242 + (n % 32),
    tid: 4242 + (n % 32),
    parentPid: 1,
    command: Buffer.from('nginx'),
  })
  const make = (n: number): Uint8Array => {
    const kind = n % 16
    if (kind === 0) {
      return execBytes(header(n), { args: ['ls', '-l', `/tmp/${n % 64}`], exe: '/usr/bin/ls', cwd: '/srv' })
    }
    if (kind === 1) return recordBytes('fork', { ...header(n), childPid: 9000 + (n % 64), childStartNs: 6e9 })
    if (kind === 2) {
      const address = Uint8Array.of(10, 0, 0, n % 8)
      return recordBytes('connect', { ...header(n), family: 2, protocol: 6, remoteAddress: address, remotePort: 5432 })
    }
    const tail = pathTail(`/var/lib/app/data/${n % 256}.log`)
    return recordBytes(
      'open',
      { ...header(n), inode: n % 256, openFlags: kind < 6 ? 1 : 0, layer: 2, pathSize: tail.length },
      tail,
    )
  }
  const read = makeRecordReader([{ cgroupId: 42, path: `/system.slice/docker-${'ab'.repeat(32)}.scope` }])
  const security = createWritableRing(RING_BYTES)
  const bulk = createWritableRing(RING_BYTES)
  const merged = mergeRings([security.ring, bulk.ring], 0)
  let handed = 0
  let spentMs = 0
  let best = 0
  for (let n = 0; spentMs < seconds * 1000; ) {
    for (let free = true; free; n++) {
      const record = make(n)
      free = (n % 16 < 3 ? security : bulk).write(record)
    }
    const startedMs = processorMs()
    let count = 0
    merged.drain(Number.MAX_SAFE_INTEGER, 1_000_000, ({ memory, at, length }, index) => {
      if (read(memory, at, length, index) !== undefined) count++
    })
    const tookMs = processorMs() - startedMs
    spentMs += tookMs
    handed += count
    if (count > 1000) best = Math.max(best, count / tookMs)
  }
  const mean = handed / spentMs
  console.log(
    `reading: ${Math.round(mean * 1000).toLocaleString('en')} events/s walked, decoded and handed over by one thread ` +
      `(best pass ${Math.round(best * 1000).toLocaleString('en')}/s)`,
  )
}
