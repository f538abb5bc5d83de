// npm's own semver, as npm is installed on the machine, is the oracle.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../compare.ts'
import { satisfies } from './range.ts'

interface Oracle {
  compare(a: string, b: string, loose: boolean): -1 | 0 | 1
  satisfies(version: string, range: string): boolean
  validRange(range: string): string | null
}

function findOracle(): Oracle | undefined {
  const roots = [execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim(), '/usr/lib/node_modules']
  const found = roots.map((root) => join(root, 'npm/node_modules/semver')).find((path) => existsSync(path))
  return found === undefined ? undefined : createRequire(import.meta.url)(found)
}

const oracle = findOracle()
if (!oracle && process.env.CI === 'true') throw new Error('npm is not installed: its versions are not tested.')
if (!oracle) console.warn('npm is not installed: its versions are not tested.')

const number = fc.nat(12).map(String)
const label = fc.constantFrom('alpha', 'beta.1', 'rc.0', '0', '1.x', 'a-b', '01', 'dev', '-', '2b')
const version = fc
  .tuple(fc.constantFrom('', '', '', 'v', '=', ' '), number, number, number, fc.constantFrom('', '-', '+'), label)
  .map(([sign, a, b, c, separator, text]) => `${sign}${a}.${b}.${c}${separator}${separator ? text : ''}`)
const loose = fc.oneof(
  version,
  fc.tuple(version, label).map((parts) => parts.join('')),
  fc.constantFrom('1.2', '01.2.3', '1.2.3.4', '', '1.2.9007199254740992', 'latest'),
)
const partial = fc.oneof(
  version,
  number,
  fc.tuple(number, fc.constantFrom('.x', '.*', '.1', '.X.2')).map((p) => p.join('')),
)
const comparator = fc
  .tuple(fc.constantFrom('', '', '^', '~', '~>', '>', '>=', '<', '<=', '= ', '> ', '!'), partial)
  .map((parts) => parts.join(''))
const set = fc.oneof(
  fc.array(comparator, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
  fc.tuple(partial, partial).map((parts) => parts.join(' - ')),
  fc.constantFrom('*', '', 'x', 'latest', '1.2.3 - ', '||'),
)
const range = fc.array(set, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' || '))

describe.skipIf(!oracle)('npm', () => {
  it('orders as its own semver does', () => {
    const expected = (a: string, b: string) => {
      try {
        return oracle?.compare(a, b, true)
      } catch {
        return 'refused'
      }
    }
    fc.assert(
      fc.property(loose, loose, (a, b) => {
        const result = compareVersions('npm', a, b)
        expect(result.ok ? result.value : 'refused', `${a} against ${b}`).toBe(expected(a, b))
      }),
      { numRuns: 3000 },
    )
  })

  it('ranges hold what its own semver says', () => {
    fc.assert(
      fc.property(version, range, (one, given) => {
        const result = satisfies(one, given)
        if (!result.ok) expect(oracle?.satisfies(one, given), `${one} in ${given}`).toBe(false)
        else expect(result.value, `${one} in ${given}`).toBe(oracle?.satisfies(one.replace(/^[=\s]+/, ''), given))
      }),
      { numRuns: 3000 },
    )
  })
})

describe('ranges', () => {
  it.each([
    ['1.2.3', '^1.2 || 3', true],
    ['2.0.0', '1.x', false],
    ['1.9.9', '1 - 1.9', true],
    ['1.2.4', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['2.0.0-rc.1', '>=1', false],
    ['2.0.0-rc.2', '>=2.0.0-rc.1', true],
    ['0.3.0', '^0.2.1', false],
    ['5.0.0', '*', true],
  ])('%s in %s: %s', (one, given, expected) => {
    expect(satisfies(one, given)).toEqual({ ok: true, value: expected })
  })

  it('that npm cannot read are refused, not taken for false', () => {
    expect(satisfies('1.0.0', 'latest')).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } })
    expect(satisfies('one', '*')).toMatchObject({ ok: false, error: { message: expect.stringContaining('“one”') } })
    expect(satisfies('1.0.0', '1 '.repeat(5000)).ok).toBe(false)
  })
})
