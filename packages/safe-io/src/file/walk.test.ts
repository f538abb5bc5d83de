import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { YaguraError } from '@yagura/kernel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readFileInside } from './inside.ts'
import { readSmallFile } from './open.ts'
import { type WalkEntry, walkDirectory } from './walk.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yagura-walk-'))
  mkdirSync(join(root, 'etc'))
  writeFileSync(join(root, 'etc', 'file'), 'content')
  symlinkSync('/etc', join(root, 'outside'))
  symlinkSync('/etc/passwd', join(root, 'etc', 'passwd'))
  spawnSync('mkfifo', [join(root, 'pipe')])
})
afterEach(() => rmSync(root, { recursive: true }))

async function walk(enter = (_: string) => true): Promise<Map<string, WalkEntry>> {
  const found = new Map<string, WalkEntry>()
  await walkDirectory(root, {
    enter,
    visit: async (entry) => {
      found.set(entry.path, entry)
    },
    problem: (path, error) => {
      throw new YaguraError('INTERNAL', `${path}: ${error.message}`)
    },
  })
  return found
}

test('links are shown and not followed, pipes are not opened', async () => {
  const found = await walk()
  expect([...found].map(([path, entry]) => `${entry.kind} ${path}`).sort()).toEqual([
    'directory etc',
    'file etc/file',
    'other pipe',
    'symlink etc/passwd',
    'symlink outside',
  ])
  expect(found.get('outside')?.linkName).toBe('/etc')
})

test('directories that nobody wants are not entered', async () => {
  expect([...(await walk(() => false)).keys()].sort()).toEqual(['etc', 'outside', 'pipe'])
})

test('names that are not UTF-8 can be read', async () => {
  const name = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x78, 0xff])])
  writeFileSync(name, 'bytes')
  let content: string | undefined
  await walkDirectory(root, {
    enter: () => true,
    problem: () => {},
    async visit(entry) {
      if (entry.path !== 'x\\xff') return
      entry.read((part) => {
        content = `${content ?? ''}${Buffer.from(part)}`
      })
    },
  })
  expect(content).toBe('bytes')
})

test('reading stops where the reader has seen enough', async () => {
  writeFileSync(join(root, 'long'), Buffer.alloc(1_000_000))
  const read: number[] = []
  await walkDirectory(root, {
    enter: () => true,
    problem: () => {},
    visit(entry) {
      if (entry.path === 'long') entry.read((part) => read.push(part.length) < 2)
    },
  })
  expect(read).toHaveLength(2)
})

test('a file below a directory is read without following any link', async () => {
  const good = await readFileInside(root, 'etc/file', 100)
  expect(good.ok && good.value.toString()).toBe('content')
  for (const path of ['outside/passwd', 'etc/passwd', 'pipe', 'etc', 'missing/file'])
    expect((await readFileInside(root, path, 100)).ok, path).toBe(false)
})

test('a file larger than allowed, a pipe and a link are refused', async () => {
  const large = await readSmallFile(join(root, 'etc', 'file'), 3)
  expect(!large.ok && large.error.code).toBe('LIMIT_EXCEEDED')
  const pipe = await readSmallFile(join(root, 'pipe'), 3)
  expect(!pipe.ok && pipe.error.code).toBe('INPUT_INVALID')
  const link = await readSmallFile(join(root, 'etc', 'passwd'), 3, { noFollow: true })
  expect(!link.ok && link.error.code).toBe('INPUT_INVALID')
  const missing = await readSmallFile(join(root, 'nothing'), 3)
  expect(!missing.ok && missing.error.code).toBe('INPUT_NOT_FOUND')
})
