// A directory of source code from end to end: which lock files count, and where they do not.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openImage, type Target } from '@yagura/image'
import { defaultLimits, systemClock, unwrap } from '@yagura/kernel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { extractImage } from '../extract/extract-image.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-lock-files-'))
})
afterEach(() => rmSync(work, { recursive: true }))

function put(path: string, content: string): void {
  mkdirSync(dirname(join(work, path)), { recursive: true })
  writeFileSync(join(work, path), content)
}

async function report(kind: 'dir' | 'rootfs') {
  const target: Target = { kind, path: join(work, 'app') }
  const opened = unwrap(await openImage(target, { limits: defaultLimits }))
  const { packages, coverageGaps } = await extractImage(opened, { limits: defaultLimits, clock: systemClock })
  await opened.close()
  const found = packages.map(({ purl, locations }) => `${purl} ${locations.map(({ path }) => path).join(' ')}`)
  return { found, gaps: coverageGaps.map(({ subject, reason }) => `${subject}: ${reason}`) }
}

const LOCK = JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/@s/a': { version: '1.0.0' } } })

test('lock files of a source tree, with what they leave open as gaps', async () => {
  put('app/package-lock.json', LOCK)
  put('app/node_modules/b/package-lock.json', LOCK)
  put('app/api/requirements.txt', 'flask==3.0.0\nopen\n')
  put('app/etc/os-release', 'ID=debian\n')
  put('outside/go.mod', 'require example.com/x v1.0.0\n')
  symlinkSync('../../outside/go.mod', join(work, 'app/api/go.mod'))
  const { found, gaps } = await report('dir')
  expect(found).toEqual(['pkg:npm/%40s/a@1.0.0 /package-lock.json', 'pkg:pypi/flask@3.0.0 /api/requirements.txt'])
  expect(gaps).toEqual(['/api/requirements.txt: Left out for no pinned version: open.'])
})

test('dependencies that no lock file pins are gaps, and those that one does or that are installed are not', async () => {
  const declares = '{"dependencies": {"a": "1"}}'
  put('app/package.json', declares)
  put('app/one/package.json', declares)
  put('app/two/package.json', declares)
  put('app/two/package-lock.json', LOCK)
  put('app/two/deep/package.json', declares)
  put('app/three/package.json', declares)
  put('app/three/node_modules/a/package.json', '{"name": "a", "version": "1.0.0"}')
  put('app/ios/Podfile.lock', 'PODS:\n')
  const sentence = 'It declares dependencies, and no lock file says which versions of them are used.'
  const told = [
    '/ios/Podfile.lock: Lock files of CocoaPods are not read: what it names was not seen.',
    `/one/package.json: ${sentence}`,
    `/package.json: ${sentence}`,
  ]
  // what is installed counts where it is read
  expect((await report('rootfs')).gaps.sort()).toEqual(told)
  expect((await report('dir')).gaps.sort()).toEqual([...told, `/three/package.json: ${sentence}`])
})

test('Lockfiles inside an image are not installed packages', async () => {
  put('app/package-lock.json', LOCK)
  put('app/etc/os-release', 'ID=debian\n')
  expect((await report('rootfs')).found).toEqual([])
})
