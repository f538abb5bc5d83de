import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '@yagura/kernel'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame } from './frame.ts'
import { openSpool, type Spool } from './spool.ts'

const directories: string[] = []
const agentId = newId(1)

function temporaryDirectory(): string {
  const directory = mkdtempSync('/tmp/yg-agent-spool-')
  directories.push(directory)
  return directory
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function openIn(directory: string, capBytes = 1 << 20, id = agentId): Spool {
  return openSpool({ directory, agentId: id, boot: newId(), capBytes })
}

function text(content: string) {
  return () => Buffer.from(content)
}

/** Sends everything, in order. */
function drain(spool: Spool): string[] {
  const sent: string[] = []
  for (let found = spool.next('rest'); found; found = spool.next('rest')) {
    sent.push(`${found.entry.boot === spool.boot ? 'own' : 'old'} ${found.entry.seq} ${found.payload}`)
    spool.acknowledge(found.entry)
  }
  return sent
}

describe('frame', () => {
  it('gives back what went in, and nothing when a byte changed or is missing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (payload, at) => {
        const frame = encodeFrame(payload)
        expect(decodeFrame(frame)).toEqual(Buffer.from(payload))
        expect(decodeFrame(frame.subarray(0, at % frame.length))).toBeUndefined()
        const flipped = Buffer.from(frame)
        flipped.writeUInt8(flipped.readUInt8(at % frame.length) ^ 1, at % frame.length)
        expect(decodeFrame(flipped)).toBeUndefined()
      }),
    )
  })
})

describe('spool', () => {
  it('offers a batch until it is acknowledged, with the same number and bytes', () => {
    const spool = openIn(temporaryDirectory())
    spool.append('high', (seq) => Buffer.from(`batch ${seq}`))
    const first = spool.next('rest')
    const again = spool.next('rest')
    expect(again).toEqual(first)
    expect(first?.entry.seq).toBe(1)
    expect(drain(spool)).toEqual(['own 1 batch 1'])
    expect(spool.counts()).toEqual({ bytes: 0, batches: 0, droppedBatches: 0 })
  })

  it('sends what earlier runs left first, each under its own boot', () => {
    const directory = temporaryDirectory()
    const first = openIn(directory)
    first.append('high', text('a'))
    first.append('low', text('b'))
    const second = openIn(directory)
    second.append('high', text('c'))
    const third = openIn(directory)
    third.append('high', text('d'))
    expect(drain(third)).toEqual(['old 1 a', 'old 2 b', 'old 1 c', 'own 1 d'])
    expect(readdirSync(join(directory, agentId))).toEqual([third.boot])
  })

  it('drops the oldest low-priority batches first when full, and counts them', () => {
    const spool = openIn(temporaryDirectory(), 4 * 4096)
    for (const [priority, content] of [
      ['high', 'h1'],
      ['low', 'l2'],
      ['low', 'l3'],
      ['high', 'h4'],
      ['high', 'h5'],
      ['high', 'h6'],
      ['high', 'h7'],
    ] as const) {
      spool.append(priority, text(content))
    }
    expect(spool.counts()).toEqual({ bytes: 4 * 4096, batches: 4, droppedBatches: 3 })
    expect(spool.takeLosses()).toEqual([{ reason: 'full', batches: 3 }])
    expect(spool.takeLosses()).toEqual([])
    expect(drain(spool)).toEqual(['own 4 h4', 'own 5 h5', 'own 6 h6', 'own 7 h7'])
  })

  it('never drops the batch that is on its way', () => {
    const spool = openIn(temporaryDirectory(), 2 * 4096)
    spool.append('low', text('a'))
    const sending = spool.next('rest')
    spool.append('high', text('b'))
    spool.append('high', text('c'))
    expect(spool.next('rest')?.entry).toBe(sending?.entry)
    expect(drain(spool)).toEqual(['own 1 a', 'own 3 c'])
  })

  it('keeps what is urgent in a lane of its own and drops it last', () => {
    const directory = temporaryDirectory()
    const spool = openIn(directory, 4 * 4096)
    for (const [priority, content] of [
      ['urgent', 'u1'],
      ['low', 'l2'],
      ['high', 'h3'],
      ['urgent', 'u4'],
      ['high', 'h5'],
      ['urgent', 'u6'],
    ] as const) {
      spool.append(priority, text(content))
    }
    expect(spool.next('urgent')?.payload.toString()).toBe('u1')
    expect(spool.next('rest')?.payload.toString()).toBe('h5')
    const next = openIn(directory, 4 * 4096)
    const urgent: string[] = []
    for (let found = next.next('urgent'); found; found = next.next('urgent')) {
      urgent.push(found.payload.toString())
      next.acknowledge(found.entry)
    }
    expect([...urgent, ...drain(next)]).toEqual(['u1', 'u4', 'u6', 'old 5 h5'])
    expect(next.counts()).toEqual({ bytes: 0, batches: 0, droppedBatches: 0 })
  })

  it('drops a batch that is larger than the whole spool instead of everything else', () => {
    const spool = openIn(temporaryDirectory(), 2 * 4096)
    spool.append('high', text('a'))
    expect(spool.append('high', () => Buffer.alloc(100_000))).toBe(false)
    expect(drain(spool)).toEqual(['own 1 a'])
    expect(spool.takeLosses()).toEqual([{ reason: 'full', batches: 1 }])
  })

  it('sets torn files and half-written drafts aside and counts them', () => {
    const directory = temporaryDirectory()
    const earlier = openIn(directory)
    for (const content of ['a', 'b', 'c']) earlier.append('high', text(content))
    const place = join(directory, agentId, earlier.boot)
    const [first = '', second = ''] = readdirSync(place).sort()
    truncateSync(join(place, first), statSync(join(place, first)).size - 1)
    truncateSync(join(place, second), 0)
    writeFileSync(join(place, '0000000004.high.draft'), 'half')
    const spool = openIn(directory)
    expect(drain(spool)).toEqual(['old 3 c'])
    expect(spool.takeLosses()).toEqual([{ reason: 'torn', batches: 3 }])
  })

  it('keeps in memory what the disk does not take, sends it, and says so', () => {
    const directory = temporaryDirectory()
    const spool = openIn(directory)
    expect(spool.isUnwritable()).toBe(false)
    rmSync(join(directory, agentId), { recursive: true })
    expect(spool.append('high', text('a'))).toBe(true)
    expect(spool.append('urgent', text('u'))).toBe(true)
    expect(spool.isUnwritable()).toBe(true)
    expect(spool.takeLosses()).toEqual([{ reason: 'unwritten', batches: 2 }])
    expect(spool.next('urgent')?.payload.toString()).toBe('u')
    expect(drain(spool)).toEqual(['own 1 a'])
    expect(spool.counts()).toEqual({ bytes: 0, batches: 1, droppedBatches: 0 })
  })

  it('lets what is urgent take the place of the rest when the memory for it is full, and counts that', () => {
    const directory = temporaryDirectory()
    const spool = openIn(directory, 1 << 26)
    rmSync(join(directory, agentId), { recursive: true })
    const megabyte = () => Buffer.alloc(1024 * 1024)
    for (let number = 0; number < 9; number += 1) spool.append('high', megabyte)
    for (let number = 0; number < 9; number += 1) spool.append('urgent', megabyte)
    expect(spool.counts()).toMatchObject({ batches: 7, droppedBatches: 11 })
    expect(drain(spool)).toEqual([])
    expect(spool.takeLosses()).toEqual([
      { reason: 'unwritten', batches: 14 },
      { reason: 'disk', batches: 11 },
    ])
  })

  it('writes what waited in memory once the disk takes something again', async () => {
    const directory = temporaryDirectory()
    const spool = openIn(directory)
    rmSync(join(directory, agentId), { recursive: true })
    spool.append('high', text('a'))
    await spool.syncLingering()
    expect(spool.isUnwritable()).toBe(true)
    mkdirSync(join(directory, agentId, spool.boot), { recursive: true })
    await spool.syncLingering()
    expect(spool.isUnwritable()).toBe(false)
    expect(drain(openIn(directory))).toEqual(['old 1 a'])
  })

  it('does not send what another identity spooled', () => {
    const directory = temporaryDirectory()
    openIn(directory, 1 << 20, newId(2)).append('high', text('theirs'))
    const spool = openIn(directory)
    expect(drain(spool)).toEqual([])
    expect(spool.takeLosses()).toEqual([{ reason: 'stranger', batches: 1 }])
  })

  it('counts what the server refuses', () => {
    const spool = openIn(temporaryDirectory())
    spool.append('high', text('bad'))
    const found = spool.next('rest')
    if (found) spool.refuse(found.entry)
    expect(spool.counts().droppedBatches).toBe(1)
    expect(spool.takeLosses()).toEqual([{ reason: 'refused', batches: 1 }])
  })

  it('keeps every batch or counts it, whatever the order of writing, sending and restarting', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('high', 'low', 'send', 'restart'), { maxLength: 60 }), (steps) => {
        const directory = temporaryDirectory()
        let spool = openIn(directory, 6 * 4096)
        const sent = new Set<string>()
        let written = 0
        let dropped = 0
        for (const step of steps) {
          if (step === 'send') {
            const found = spool.next('rest')
            if (found) {
              expect(sent.has(found.payload.toString())).toBe(false)
              sent.add(found.payload.toString())
              spool.acknowledge(found.entry)
            }
          } else if (step === 'restart') {
            dropped += spool.counts().droppedBatches
            spool = openIn(directory, 6 * 4096)
          } else {
            written += 1
            const name = `batch ${written}`
            spool.append(step === 'high' ? 'high' : 'low', () => Buffer.from(name))
          }
        }
        dropped += spool.counts().droppedBatches
        expect(sent.size + drain(spool).length + dropped).toBe(written)
      }),
      { numRuns: 60 },
    )
  })
})
