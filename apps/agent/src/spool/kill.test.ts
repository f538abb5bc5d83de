// Killed in the middle of spooling and sending, again and again: what was spooled arrives, and one number has one content.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enrol } from '../identity/enrol.ts'
import { saveIdentity } from '../identity/identity.ts'
import { makeTestAuthority } from '../testing/authority.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

const KILLS = 8
const directory = mkdtempSync('/tmp/yg-agent-kill-')
let server: TestServer

beforeAll(async () => {
  server = await startTestServer(await makeTestAuthority())
  const enrolled = await enrol(server.token(), { machineId: 'd'.repeat(32), hostname: 'h', agentVersion: '1' })
  if (!enrolled.ok) throw enrolled.error
  saveIdentity(join(directory, 'identity'), enrolled.value)
  mkdirSync(join(directory, 'spool'))
})
afterAll(async () => {
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

/** What the program said it had spooled. `killAfter` lines later it is killed. */
function write(count: number, killAfter: number | undefined): Promise<string[]> {
  const writer = join(import.meta.dirname, '../testing/spool-writer.ts')
  const child = spawn(
    process.execPath,
    [writer, join(directory, 'spool'), join(directory, 'identity'), String(count)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (killAfter !== undefined && text.split('\n').length > killAfter) child.kill('SIGKILL')
  })
  return new Promise((resolve) => child.once('close', () => resolve(text.split('\n').slice(0, -1))))
}

it('loses nothing that was spooled and never sends two contents under one number', async () => {
  const spooled: string[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    if (kill % 3 === 1) server.script('drop')
    spooled.push(...(await write(100_000, 5 + kill * 20)))
  }
  await write(0, undefined)
  expect(spooled.length).toBeGreaterThan(KILLS * 5)
  expect(spooled.filter((key) => !server.batches.has(key))).toEqual([])
  expect(server.conflicts).toEqual([])
  // numbers without holes, from 1, in every run
  const highest = new Map<string, number>()
  for (const { batch } of server.batches.values()) {
    highest.set(batch.boot, Math.max(highest.get(batch.boot) ?? 0, batch.seq))
  }
  const expected = [...highest.values()].reduce((sum, seq) => sum + seq, 0)
  expect(server.batches.size).toBe(expected)
}, 120_000)
