import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { takeLock } from './lock.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yagura-lock-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

it('is held by one, and free again when released', () => {
  const path = join(dir, 'up.lock')
  const lock = unwrap(takeLock(path, dir))
  expect(takeLock(path, dir)).toMatchObject({
    ok: false,
    error: { code: 'CONFLICT', message: `Yagura is already running on ${dir} (process ${process.pid}).` },
  })
  lock.release()
  expect(readdirSync(dir)).toEqual([])
  expect(unwrap(takeLock(path, dir)).wasAbandoned).toBe(false)
})

it.each([
  ['a process that is gone', '999999999 1\n'],
  ['a process number that another one has now', `${process.pid} 1\n`],
  ['rubbish', 'x'],
  ['nothing', ''],
])('takes over from %s', (_, content) => {
  const path = join(dir, 'up.lock')
  writeFileSync(path, content)
  const lock = unwrap(takeLock(path, dir))
  expect(lock.wasAbandoned).toBe(true)
  expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} \\d+\n$`))
})

it('does not remove the lock of another', () => {
  const path = join(dir, 'up.lock')
  const lock = unwrap(takeLock(path, dir))
  writeFileSync(path, '1 1\n')
  lock.release()
  expect(readFileSync(path, 'utf8')).toBe('1 1\n')
})
