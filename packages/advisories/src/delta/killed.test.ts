// An update that is killed at any moment leaves the old database or the new one, whole.
import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { unwrap } from '@yagura/kernel'
import { afterAll, expect, it } from 'vitest'
import { writeDatabase } from '../database/testing.ts'
import { verifyAdvisoryDatabase } from '../database/verify.ts'
import { makeDelta } from './diff.ts'
import { generateSigningKey, readSigningKey } from './keys.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-killed-'))
const at = (name: string) => join(directory, name)
afterAll(() => rmSync(directory, { recursive: true }))

const PROGRAM = fileURLToPath(new URL('./killed-apply.ts', import.meta.url))
const KILLS = 12

/** Kills the program some milliseconds after it says that it starts; resolves to whether it had ended by itself. */
function applyAndKill(afterMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, at('serving.ydb'), at('delta'), at('key.pub')], { timeout: 30_000 })
    child.stdout.once('data', () => sleep(afterMs).then(() => child.kill('SIGKILL')))
    child.on('error', reject)
    child.on('close', (code) => resolve(code === 0))
  })
}

it('survives being killed', async () => {
  const scores = (shift: number) =>
    Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`CVE-2020-${1000 + i}`, [(i * 7 + shift) / 1e6, 0.5]]))
  writeDatabase(at('old.ydb'), { records: { epss: scores(0) }, builtAtMs: 1 })
  writeDatabase(at('new.ydb'), { records: { epss: scores(1) }, builtAtMs: 2 })
  unwrap(await generateSigningKey(at('key')))
  const key = unwrap(await readSigningKey(at('key')))
  writeFileSync(at('delta'), unwrap(makeDelta(at('old.ydb'), at('new.ydb'), key)).bytes)
  const known = ['old.ydb', 'new.ydb'].map((name) => unwrap(verifyAdvisoryDatabase(at(name))).sha256)

  for (let i = 0; i < KILLS; i++) {
    copyFileSync(at('old.ydb'), at('serving.ydb'))
    const hasEnded = await applyAndKill(i * 60)
    const { sha256 } = unwrap(verifyAdvisoryDatabase(at('serving.ydb')))
    expect(known).toContain(sha256)
    if (hasEnded) expect(sha256).toBe(known[1])
  }
}, 120_000)
