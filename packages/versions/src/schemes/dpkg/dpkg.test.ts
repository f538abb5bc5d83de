// dpkg's own comparison is the oracle: one shell reads all pairs, so that a run costs one process a pair and no more.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../index.ts'
import { scheme as dpkg } from './index.ts'

const ORACLE = `while read -r a b; do
  if dpkg --compare-versions "$a" lt "$b"; then echo -1
  elif dpkg --compare-versions "$a" eq "$b"; then echo 0
  else echo 1; fi
done`

const piece = fc.constantFrom(
  '0',
  '1',
  '00',
  '01',
  '9',
  '10',
  '099',
  'a',
  'b',
  'Z',
  'rc',
  '.',
  '+',
  '~',
  '~~',
  '-',
  '+b1',
)
const version = fc
  .tuple(
    fc.constantFrom('', '0:', '1:', '12:'),
    fc.constantFrom('0', '1', '2', '10'),
    fc.array(piece, { maxLength: 6 }),
  )
  .map(([epoch, first, rest]) => `${epoch}${first}${rest.join('')}`)
  .filter((text) => dpkg.parse(text) !== undefined)

describe('dpkg versions', () => {
  it.skipIf(!existsSync('/usr/bin/dpkg'))('order as dpkg --compare-versions orders them', () => {
    const pairs = fc.sample(fc.tuple(version, version), 300)
    const run = spawnSync('sh', ['-c', ORACLE], {
      input: pairs.map(([a, b]) => `${a} ${b}\n`).join(''),
      encoding: 'utf8',
      timeout: 25_000,
    })
    const expected = run.stdout.trim().split('\n').map(Number)
    expect(expected).toHaveLength(pairs.length)
    for (const [i, [a, b]] of pairs.entries()) {
      expect(compareVersions('dpkg', a, b), `${a} against ${b}`).toEqual({ ok: true, value: expected[i] })
    }
  })

  it.each([
    ['1.0~rc1', '1.0', -1],
    ['1.0', '1.0-0', 0],
    ['1.0', '0:1.0', 0],
    ['1:0.1', '9.9', 1],
    ['1.0a', '1.0+', -1],
    ['1.2-1', '1.2-1+deb11u1', -1],
    ['1.2-1~bpo11+1', '1.2-1', -1],
    ['2:1.02.175-2.1', '2:1.02.175-2.1+b1', -1],
  ] as const)('%s against %s is %i', (a, b, expected) => {
    expect(compareVersions('dpkg', a, b)).toEqual({ ok: true, value: expected })
    expect(compareVersions('dpkg', b, a)).toEqual({ ok: true, value: expected === 0 ? 0 : -expected })
  })

  it.each(['', ':1', 'a:1', '1:', '-1', '1.0-', '1.0 2', '1.0_1', '1.0/2', '99999999999:1', '1'.repeat(2000)])(
    'refuses %j',
    (text) => {
      expect(compareVersions('dpkg', text, '1')).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } })
    },
  )
})
