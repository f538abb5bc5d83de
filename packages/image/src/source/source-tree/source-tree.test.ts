import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { createByteBudget } from '@yagura/safe-io'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openImage } from '../../open.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-source-tree-'))
})
afterEach(() => rmSync(work, { recursive: true }))

function put(path: string): void {
  mkdirSync(dirname(join(work, path)), { recursive: true })
  writeFileSync(join(work, path), path)
}

/** Paths of everything that is visited, with what was read of files. */
async function visited(): Promise<Map<string, string>> {
  const opened = unwrap(await openImage({ kind: 'dir', path: join(work, 'app') }, { limits: defaultLimits }))
  expect(opened.scope).toBe('source')
  const seen = new Map<string, string>()
  for (const layer of opened.layers)
    await layer.read(
      {
        enter: () => true,
        visit(entry) {
          seen.set(entry.path, entry.kind)
          if (entry.kind !== 'file') return undefined
          const parts: Uint8Array[] = []
          return {
            write: (part) => void parts.push(Buffer.from(part)),
            end: () => void seen.set(entry.path, Buffer.concat(parts).toString()),
          }
        },
      },
      { imageBudget: createByteBudget(defaultLimits.imageBytes, 'The image') },
    )
  await opened.close()
  return seen
}

test('what package managers and version control keep inside is left aside', async () => {
  for (const path of [
    'app/package-lock.json',
    'app/vendor/own/go.mod',
    'app/.git/config',
    'app/node_modules/a/npm-shrinkwrap.json',
    'app/sub/.venv/x/requirements.txt',
    'app/vendor/bundle/gems/a/Gemfile.lock',
  ])
    put(path)
  const files = [...(await visited())].filter(([path, content]) => content === `app/${path}`).map(([path]) => path)
  expect(files.sort()).toEqual(['package-lock.json', 'vendor/own/go.mod'])
})

test('symbolic links are never followed out of the directory', async () => {
  put('outside/secret')
  put('app/file')
  symlinkSync('../outside', join(work, 'app/folder'))
  symlinkSync('../outside/secret', join(work, 'app/package-lock.json'))
  symlinkSync('.', join(work, 'app/loop'))
  expect(Object.fromEntries(await visited())).toEqual({
    file: 'app/file',
    folder: 'symlink',
    'package-lock.json': 'symlink',
    loop: 'symlink',
  })
})

test('a file is no directory of source code', async () => {
  put('app')
  const opened = await openImage({ kind: 'dir', path: join(work, 'app') }, { limits: defaultLimits })
  expect(!opened.ok && opened.error.code).toBe('INPUT_INVALID')
})
