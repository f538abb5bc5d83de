import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HELLO, helloElf } from './hello-elf.ts'

test('the program says its line and ends well', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yagura-hello-'))
  try {
    const path = join(directory, 'hello')
    writeFileSync(path, helloElf(), { mode: 0o755 })
    const { status, stdout } = spawnSync(path, { encoding: 'utf8', timeout: 5000 })
    expect({ status, stdout }).toEqual({ status: 0, stdout: HELLO })
  } finally {
    rmSync(directory, { recursive: true })
  }
})
