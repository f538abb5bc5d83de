// Checked against apk itself, run out of the Alpine root file system among the real data.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, isVersion } from '../../index.ts'
import { scheme as apk } from './index.ts'

const dataDirectory = process.env.YAGURA_DATA
if (!dataDirectory && process.env.CI === 'true') throw new Error('YAGURA_DATA is not set: apk as an oracle is missing.')
if (!dataDirectory) console.warn('YAGURA_DATA is not set: apk versions are not compared with apk itself.')

const part = fc.constantFrom('0', '1', '2', '9', '10', '01', '100')
const version = fc
  .record({
    first: fc.constantFrom('0', '1', '2', '10'),
    parts: fc.array(part, { maxLength: 3 }),
    letter: fc.constantFrom('', '', 'a', 'b', 'z'),
    suffixes: fc.array(
      fc.constantFrom('alpha', 'beta2', 'pre', 'rc1', 'rc2', 'cvs', 'svn', 'git', 'git3', 'hg', 'p', 'p1'),
      {
        maxLength: 2,
      },
    ),
    revision: fc.constantFrom('', '-r0', '-r1', '-r10'),
  })
  .map(
    ({ first, parts, letter, suffixes, revision }) =>
      [first, ...parts].join('.') + letter + suffixes.map((suffix) => `_${suffix}`).join('') + revision,
  )

describe('apk versions', () => {
  it.skipIf(!dataDirectory || process.arch !== 'x64')('order as apk version -t orders them', () => {
    const root = mkdtempSync(join(tmpdir(), 'yg-apk-'))
    try {
      const archive = join(dataDirectory ?? '', 'rootfs/alpine-minirootfs-3.18.9-x86_64.tar.gz')
      execFileSync('tar', ['-xzf', archive, '-C', root, './lib', './sbin/apk', './usr/lib'])
      const loader = join(root, 'lib/ld-musl-x86_64.so.1')
      const libraries = `${root}/lib:${root}/usr/lib`
      for (const [a, b] of fc.sample(fc.tuple(version, version), 400)) {
        const answer = execFileSync(
          loader,
          ['--library-path', libraries, join(root, 'sbin/apk'), 'version', '-t', a, b],
          { encoding: 'utf8', timeout: 5000 },
        ).trim()
        const expected = { '<': -1, '=': 0, '>': 1 }[answer]
        expect(compareVersions('apk', a, b), `${a} against ${b}: apk says ${answer}`).toEqual({
          ok: true,
          value: expected,
        })
      }
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('puts suffixes in the order of apk', () => {
    const order = ['1.0_alpha', '1.0_alpha1', '1.0_beta', '1.0_pre', '1.0_rc', '1.0', '1.0-r0', '1.0_cvs', '1.0_svn']
    order.push('1.0_git', '1.0_hg', '1.0_p', '1.0_p1', '1.0a', '1.0.0')
    for (const [i, a] of order.entries())
      for (const [j, b] of order.entries())
        expect(compareVersions('apk', a, b), `${a} against ${b}`).toEqual({ ok: true, value: Math.sign(i - j) })
  })

  it.each([
    ['1.01', '1.1', -1],
    ['1.2.3-r9', '1.2.3-r10', -1],
    ['20230101000000000000', '20230101000000000001', -1],
    ['1.1.1g-r0', '1.1.1d-r2', 1],
    ['6.1_p20190105-r1', '6.1_p20180818-r1', 1],
    ['1.0~abc-r0', '1.0~abd-r0', -1],
    // versions of Alpine's own advisories that are none: what stands before the fault decides
    ['4.8.2-r2', '4.10-1-r1', -1],
    ['10.2.22.r0', '10.2.24.r0', -1],
    ['1.18.-r2', '1.19.1-r1', -1],
    ['23_foo', '4_beta', 1],
    ['1.0', '1.0bc', -1],
  ] as const)('%s against %s is %i', (a, b, expected) => {
    expect(compareVersions('apk', a, b)).toEqual({ ok: true, value: expected })
  })

  it('is a total order on what it reads', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [x, y, z] = [a, b, c].map((text) => apk.parse(text) ?? [])
        if (!x || !y || !z) return false
        const order = (left: typeof x, right: typeof x) => apk.compare(left, right) ?? Number.NaN
        if (order(x, y) !== -order(y, x) + 0) return false
        return !(order(x, y) <= 0 && order(y, z) <= 0) || order(x, z) <= 0
      }),
    )
  })

  it.each([
    '',
    'a',
    '1.',
    '1..2',
    '1.0_',
    '1.0_foo',
    '1.0-1',
    '1.0-r',
    '1.0 ',
    '1.0A',
    '1.0~xyz',
    '1.0-r1-r2',
    '1:1.0',
    '1.0_alphabet',
    '1.0bc',
    '1.18.-r2',
  ])('refuses %j where nothing before the fault decides', (text) => {
    expect(isVersion('apk', text)).toBe(false)
    expect(compareVersions('apk', text, text)).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } })
  })
})
