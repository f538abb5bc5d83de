// The reader against archives made by the system's tar, in every format it writes.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { normalisePath } from '../path/normalise.ts'
import { createTarParser } from './parser.ts'

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-tar-'))
})
afterAll(() => rmSync(work, { recursive: true }))

function readArchive(bytes: Buffer, chunkBytes: number): Map<string, string> {
  const found = new Map<string, string>()
  const parser = createTarParser(
    (entry) => {
      const path = normalisePath(entry.name) ?? ''
      if (entry.kind === 'symlink') found.set(path, `-> ${entry.linkName}`)
      return entry.kind === 'file' ? { deliver: (content) => found.set(path, content.toString('latin1')) } : undefined
    },
    { archiveEntries: 10_000, pathBytes: 4096 },
  )
  for (let at = 0; at < bytes.length; at += chunkBytes) parser.write(bytes.subarray(at, at + chunkBytes))
  parser.end()
  return found
}

const part = fc.stringMatching(/^[a-zA-Z0-9 _+櫓é-]{1,60}$/)
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
const content = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(0, 511, 512, 513, 10_240).map((length) => Buffer.alloc(length, 'x')),
)

test.each(['gnu', 'pax', 'oldgnu'])('format %s', (format) => {
  let round = 0
  fc.assert(
    fc.property(
      fc.dictionary(path, content, { maxKeys: 8 }),
      fc.integer({ min: 1, max: 5000 }),
      (files, chunkBytes) => {
        const root = join(work, `${format}${round++}`)
        mkdirSync(root)
        const expected = new Map<string, string>()
        for (const [name, bytes] of Object.entries(files)) {
          // a name that is the directory of another cannot be made; it is left out of both sides
          try {
            mkdirSync(dirname(join(root, name)), { recursive: true })
            writeFileSync(join(root, name), bytes, { flag: 'wx' })
            expected.set(name, bytes.toString('latin1'))
          } catch {}
        }
        symlinkSync(`../${'long/'.repeat(30)}target`, join(root, '=link'))
        expected.set('=link', `-> ../${'long/'.repeat(30)}target`)
        const archive = `${root}.tar`
        const made = spawnSync('tar', [`--format=${format}`, '-C', root, '-cf', archive, '.'])
        expect(made.status).toBe(0)
        expect(new Map([...readArchive(readFileSync(archive), chunkBytes)].sort())).toEqual(
          new Map([...expected].sort()),
        )
      },
    ),
    { numRuns: 25 },
  )
})
