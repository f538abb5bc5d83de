// A recording told again: the same each time, and one sentence for what is none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { replay } from './replay.ts'

const directory = mkdtempSync('/tmp/yg-cli-replay-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** In this process: what the command prints, or the error that run.ts would turn into a sentence. */
async function yagura(file: string, options: { rules?: string; format?: 'table' | 'json' } = {}): Promise<string> {
  const written: string[] = []
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  try {
    await replay(file, { format: 'table', ...options })
  } finally {
    out.mockRestore()
  }
  return written.join('')
}

const HEADER = {
  format: 'yagura-recording',
  version: 1,
  hostKey: 'host:m',
  hostname: 'node\u001b[31m1',
  agentVersion: '0',
  startedAt: '2026-01-01T00:00:00Z',
}
const socket = { kind: 'socket', id: '9', remoteAddress: '203.0.113.9', remotePort: 4444 }
const EVENT = {
  id: 'r.0.1',
  at: '2026-01-01T00:00:01Z',
  source: 'ebpf',
  pid: 50,
  tid: 50,
  parentPid: 42,
  startNs: '5',
  uid: 0,
  gid: 0,
  command: 'bash',
  exe: '/usr/bin/bash',
  cgroupId: '1',
  containerId: 'c',
  ancestry: [],
  type: 'exec',
  args: ['bash', '-i'],
  argsTruncated: false,
  cwd: '/',
  stdio: [socket, socket, socket],
}

function recording(name: string, lines: readonly unknown[]): string {
  const path = join(directory, name)
  writeFileSync(path, zstdCompressSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))
  return path
}

describe('yagura detect replay', () => {
  it('tells incidents, the same each time, and nothing that would move a terminal', async () => {
    const path = recording('good.zst', [HEADER, { event: EVENT }, { tick: Date.UTC(2026, 0, 1, 0, 0, 3) }])
    const table = await yagura(path)
    expect(table).toContain('Shell behind a network connection')
    expect(table).not.toContain('\u001b[31m')
    const [first, second] = [await yagura(path, { format: 'json' }), await yagura(path, { format: 'json' })]
    expect(first).toBe(second)
    const { events, incidents } = JSON.parse(first)
    expect(events).toBe(1)
    expect(incidents).toMatchObject([
      { containerIds: ['c'], steps: expect.arrayContaining([expect.objectContaining({ tactic: 'execution' })]) },
    ])
  })

  it('uses the rules of a directory beside those of the product', async () => {
    const rules = mkdtempSync(join(directory, 'rules-'))
    writeFileSync(
      join(rules, 'mine.yaml'),
      '- rule: Mine\n  id: mine-here\n  grade: strong\n  severity: high\n  technique: T1059\n  tactic: execution\n  condition: evt.kind = exec and proc.name = quietone\n  sentence: { en: quietone ran }\n',
    )
    const quiet = { ...EVENT, exe: '/usr/bin/quietone', command: 'quietone', args: ['quietone'], stdio: [] }
    const path = recording('quiet.zst', [HEADER, { event: quiet }])
    expect(JSON.parse(await yagura(path, { format: 'json' })).incidents).toEqual([])
    const { incidents } = JSON.parse(await yagura(path, { rules, format: 'json' }))
    expect(incidents).toHaveLength(1)
  })

  it.each([
    ['missing.zst', undefined, 'There is no file'],
    ['text.zst', [], 'is no recording'],
    ['other.zst', [{ format: 'else' }], 'is no recording'],
    ['newer.zst', [{ ...HEADER, version: 99 }], 'has version 99'],
    ['line.zst', [HEADER, { event: { type: 'exec' } }], 'Line 2'],
  ])('answers %s with one sentence', async (name, lines, said) => {
    const path = lines === undefined ? join(directory, name) : recording(name, lines)
    await expect(yagura(path)).rejects.toThrow(said)
  })
})
