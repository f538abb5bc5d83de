// Several processes read one file while it is swapped again and again.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { replaceFile } from './replace.ts'
import { writeDatabase } from './testing.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-shared-'))
afterAll(() => rmSync(directory, { recursive: true }))

const READER = fileURLToPath(new URL('./shared-reader.ts', import.meta.url))
const READERS = 3
const SWAPS = 40

interface Reading {
  readonly code: number | null
  readonly output: string
}

function startReader(path: string): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [READER, path], { timeout: 60_000 })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** Every record says which generation it is of. */
function generation(number: number) {
  const records = Array.from({ length: 3000 }, (_, i) => [`CVE-2020-${1000 + i}`, [number, i]] as const)
  const made = { records: { epss: Object.fromEntries(records) }, builtAtMs: number }
  return writeDatabase(join(directory, 'scratch.ydb'), made).pieces
}

it('every reader sees one whole generation at each opening, and later openings see later ones', async () => {
  const path = join(directory, 'a.ydb')
  await replaceFile(path, generation(1))
  const readers = Array.from({ length: READERS }, () => startReader(path))
  for (let number = 2; number <= SWAPS; number++) await replaceFile(path, generation(number))
  await replaceFile(path, generation(1_000_000))
  for (const { code, output } of await Promise.all(readers)) {
    expect(output).toMatch(/^\d+ openings, \d+ generations\n$/)
    expect(code).toBe(0)
  }
}, 90_000)
