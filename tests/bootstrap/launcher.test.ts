// bin/yagura: found from anywhere, whatever it is called through.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ROOT } from '../architecture/repository.ts'

let dir = ''
let checkout = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yagura launcher-'))
  checkout = join(dir, 'check out')
  mkdirSync(join(checkout, 'bin'), { recursive: true })
  copyFileSync(join(ROOT, 'bin/yagura'), join(checkout, 'bin/yagura'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

function install(): void {
  const bin = join(checkout, `node_modules/node-linux-${process.arch}/bin`)
  mkdirSync(bin, { recursive: true })
  writeFileSync(
    join(bin, 'node'),
    '#!/bin/sh\nwhile case $1 in --*) ;; *) false ;; esac; do shift; done\nprintf "%s|" "$@"\nexit 7\n',
  )
  chmodSync(join(bin, 'node'), 0o755)
}

function launch(path: string, cwd: string) {
  const { status, stdout, stderr } = spawnSync(path, ['scan', 'a b', ''], { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

it('says how to install when nothing is installed', () => {
  expect(launch(join(checkout, 'bin/yagura'), dir)).toEqual({
    status: 2,
    stdout: '',
    stderr: `Yagura is not installed yet: run npm start (or npm install) in ${checkout} first.\n`,
  })
})

it('runs the command line with its arguments and exit code, from anywhere', () => {
  install()
  mkdirSync(join(dir, 'links'))
  symlinkSync('../check out/bin/yagura', join(dir, 'links/relative'))
  symlinkSync(join(dir, 'links/relative'), join(dir, 'links/absolute'))
  const expected = { status: 7, stdout: `${join(checkout, 'apps/cli/src/main.ts')}|scan|a b||`, stderr: '' }
  expect(launch(join(checkout, 'bin/yagura'), '/')).toEqual(expected)
  expect(launch('./yagura', join(checkout, 'bin'))).toEqual(expected)
  expect(launch('links/relative', dir)).toEqual(expected)
  expect(launch(join(dir, 'links/absolute'), '/')).toEqual(expected)
})
