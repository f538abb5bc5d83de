import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../../../scripts/build-bpf.mjs', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'yg-sensor-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Runs the build with this script as its clang; without one when empty. */
function build(clang: string): { status: number | null; words: string } {
  rmSync(join(directory, 'clang'), { force: true })
  if (clang !== '') writeFileSync(join(directory, 'clang'), `#!/bin/sh\n${clang}\n`, { mode: 0o755 })
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--force'], {
    env: { PATH: directory },
    encoding: 'utf8',
  })
  return { status, words: stdout + stderr }
}

test('without a compiler or its headers: one sentence and exit code 3', () => {
  symlinkSync('/bin/sh', join(directory, 'sh'))
  expect(build('')).toEqual({
    status: 3,
    words: 'the sensor was not compiled because clang is missing (Debian package clang)\n',
  })
  expect(build(`echo "x.c:5:10: fatal error: 'bpf/bpf_helpers.h' file not found" >&2; exit 1`)).toEqual({
    status: 3,
    words: 'the sensor was not compiled because the libbpf headers are missing (Debian package libbpf-dev)\n',
  })
  expect(build(`echo 'file.h:1:1: error: what is this' >&2; exit 1`)).toEqual({
    status: 1,
    words: "clang refused the sensor's source: file.h:1:1: error: what is this\n",
  })
})
