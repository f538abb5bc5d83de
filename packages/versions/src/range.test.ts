// The evaluation is checked against a second, plainer statement of it: walk all versions in order and switch at each event.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge, type RangeEvent, type VersionRange } from './range.ts'

type Kind = RangeEvent['kind']
const range = (...events: readonly (readonly [Kind, string])[]): VersionRange => ({
  type: 'ECOSYSTEM',
  events: events.map(([kind, version]) => ({ kind, version })),
})
const verdict = (version: string, ...ranges: VersionRange[]) => judge({ ranges, versions: [] }, version, 'dpkg')

describe('ranges', () => {
  it.each([
    ['0.9', 'not-affected', range(['introduced', '1'], ['fixed', '2'])],
    ['1', 'affected', range(['introduced', '1'], ['fixed', '2'])],
    ['2', 'not-affected', range(['introduced', '1'], ['fixed', '2'])],
    ['2~rc1', 'affected', range(['introduced', '0'], ['fixed', '2'])],
    ['2', 'affected', range(['introduced', '0'], ['lastAffected', '2'])],
    ['2.1', 'not-affected', range(['introduced', '0'], ['lastAffected', '2'])],
    ['3', 'not-affected', range(['introduced', '0'], ['limit', '3'])],
    ['2.9', 'affected', range(['introduced', '0'], ['limit', '3'])],
    ['5', 'affected', range(['introduced', '0'], ['limit', '3'], ['limit', '6'])],
    ['7', 'affected', range(['introduced', '0'])],
    ['1', 'not-affected', range()],
    // "Never affected" in Alpine's database.
    ['1', 'not-affected', range(['introduced', '0'], ['fixed', '0'])],
    ['2.5', 'affected', range(['introduced', '1'], ['fixed', '2'], ['introduced', '2'], ['fixed', '3'])],
    // two stretches that meet, the later one first
    ['2', 'affected', range(['introduced', '2'], ['fixed', '3'], ['introduced', '1'], ['fixed', '2'])],
    ['2.5', 'affected', range(['introduced', '2'], ['fixed', '3'], ['introduced', '1'], ['fixed', '2'])],
    // an empty stretch
    ['2', 'not-affected', range(['introduced', '2'], ['fixed', '2'], ['introduced', '3'], ['fixed', '4'])],
    ['1.5', 'affected', range(['fixed', '3'], ['introduced', '2'], ['fixed', '2'], ['introduced', '1'])],
  ])('%s is %s', (version, expected, given) => {
    expect(verdict(version, given).kind).toBe(expected)
  })

  it('agree with a walk over all versions', () => {
    const versions = Array.from({ length: 8 }, (_, i) => String(i + 1))
    // Introductions and ends in turn, as the schema wants them; given in any order.
    const history = fc
      .tuple(fc.subarray(versions, { minLength: 1 }), fc.constantFrom<Kind>('fixed', 'lastAffected'))
      .chain(([at, end]) => {
        const events = at.map((version, i): RangeEvent => ({ kind: i % 2 === 0 ? 'introduced' : end, version }))
        return fc.shuffledSubarray(events, { minLength: events.length })
      })
    fc.assert(
      fc.property(history, fc.constantFrom(...versions), (events, version) => {
        let isAffected = false
        let walked = false
        for (const current of versions) {
          const has = (kind: Kind) => events.some((event) => event.kind === kind && event.version === current)
          if (has('introduced')) isAffected = true
          if (has('fixed')) isAffected = false
          if (current === version) walked = isAffected
          if (has('lastAffected')) isAffected = false
        }
        expect(verdict(version, { type: 'ECOSYSTEM', events }).kind).toBe(walked ? 'affected' : 'not-affected')
      }),
      { numRuns: 2000 },
    )
  })

  it('collect every fix that lies ahead, over all ranges that hold', () => {
    const found = verdict(
      '1.8',
      range(['introduced', '0'], ['fixed', '1.9'], ['introduced', '1.10'], ['fixed', '1.11']),
      range(['introduced', '1.5'], ['fixed', '1.8.1']),
      range(['introduced', '0'], ['fixed', '1.2']),
    )
    expect(found).toEqual({
      kind: 'affected',
      cause: { kind: 'before-fix', version: '1.9' },
      fixedIn: ['1.9', '1.11', '1.8.1'],
    })
  })

  it('name the cause', () => {
    expect(verdict('1', range(['introduced', '0'], ['lastAffected', '2']))).toMatchObject({ cause: { kind: 'up-to' } })
    expect(verdict('1', range(['introduced', '0']))).toMatchObject({ cause: { kind: 'no-fix' }, fixedIn: [] })
  })

  it('count listed versions beside ranges, readable or not', () => {
    const advisory = { ranges: [range(['introduced', '3'])], versions: ['1', 'odd version'] }
    expect(judge(advisory, '1', 'dpkg')).toMatchObject({ kind: 'affected', cause: { kind: 'listed' } })
    expect(judge(advisory, 'odd version', 'dpkg').kind).toBe('affected')
    expect(judge(advisory, '2', 'dpkg').kind).toBe('not-affected')
  })

  it('are undetermined where a version cannot be read, and name it', () => {
    const given = range(['introduced', '0'], ['fixed', '2.0'])
    expect(verdict('odd version', given)).toEqual({ kind: 'undetermined', unreadable: 'odd version', fixedIn: ['2.0'] })
    expect(verdict('1', range(['introduced', '0'], ['fixed', 'odd version']))).toMatchObject({
      kind: 'undetermined',
      unreadable: 'odd version',
    })
    expect(verdict('odd version', range(['introduced', '0'])).kind).toBe('affected')
    expect(
      verdict('1', range(['introduced', '0'], ['fixed', 'odd version']), range(['introduced', '0'], ['fixed', '2']))
        .kind,
    ).toBe('affected')
  })

  it('of type SEMVER compare semantic versions whatever the ecosystem', () => {
    const semver: VersionRange = { ...range(['introduced', '0'], ['fixed', '1.0.0']), type: 'SEMVER' }
    expect(judge({ ranges: [semver], versions: [] }, '1.0.0-rc.1', 'dpkg').kind).toBe('affected')
    expect(judge({ ranges: [semver], versions: [] }, '1.0', 'dpkg').kind).toBe('undetermined')
  })
})
