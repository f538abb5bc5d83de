// npm's semver is the oracle.
import fc from 'fast-check'
import reference from 'semver'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../index.ts'

const number = fc.constantFrom('0', '1', '2', '10', '99')
const identifier = fc.constantFrom('0', '1', '10', 'alpha', 'beta', 'rc', 'rc1', '0a', '-', 'A')
const dotted = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'))
const version = fc
  .tuple(fc.tuple(number, number, number), fc.option(dotted), fc.option(dotted))
  .map(
    ([core, prerelease, build]) => core.join('.') + (prerelease ? `-${prerelease}` : '') + (build ? `+${build}` : ''),
  )

describe('semantic versions', () => {
  it('order as npm orders them', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions('semver', a, b)).toEqual({ ok: true, value: reference.compare(a, b) })
      }),
      { numRuns: 2000 },
    )
  })

  it('accepts what npm accepts in its strict form, less the leading v', () => {
    const loose = fc.array(fc.constantFrom('0', '1', '01', '.', '-', '+', 'a', 'rc', '_'), { maxLength: 9 })
    fc.assert(
      fc.property(loose, (pieces) => {
        const text = pieces.join('')
        expect(compareVersions('semver', text, text).ok).toBe(reference.valid(text) !== null)
      }),
      { numRuns: 5000 },
    )
  })

  it('keeps the order of the specification', () => {
    const order = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11']
    order.push('1.0.0-rc.1', '1.0.0', '99999999999999999999.0.0', '100000000000000000000.0.0')
    for (const [i, a] of order.entries())
      for (const [j, b] of order.entries())
        expect(compareVersions('semver', a, b)).toEqual({ ok: true, value: Math.sign(i - j) })
  })

  it.each(['', '1', '1.0', 'v1.0.0', '1.0.0-', '1.0.0-01', '01.0.0', '1.0.0+', '1.0.0 '])('refuses %j', (text) => {
    expect(compareVersions('semver', text, '1.0.0')).toMatchObject({ ok: false })
  })
})
