// The rules that come with Yagura: each holds for its own samples, says so in three languages, and names what ATT&CK knows.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { describe, expect, it } from 'vitest'
import { isTelling } from '../engine/audit-subject.ts'
import { readAttackTable } from './attack.ts'
import { loadRules } from './load.ts'
import { readSample } from './samples/sketch.ts'
import { testRules } from './samples/test-rules.ts'
import type { RuleText } from './source.ts'

const CONTENT = join(import.meta.dirname, '../../../../content')
const RULES = join(CONTENT, 'rules')

const texts: RuleText[] = readdirSync(RULES, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => ({ name, text: readFileSync(join(RULES, name), 'utf8'), origin: 'yagura' }))
const loaded = unwrap(loadRules(texts))
const table = unwrap(readAttackTable(readFileSync(join(CONTENT, 'attack/attack.json'), 'utf8')))
const techniques = new Map(table.techniques.map((technique) => [technique.id, technique]))

describe('rules that come with Yagura', () => {
  it('are loaded without a word', () => {
    expect(loaded.problems).toEqual([])
    expect(loaded.rules.length).toBeGreaterThanOrEqual(120)
    expect(loaded.rules.filter(({ types }) => types.length === 0)).toEqual([])
  })

  it('hold for their samples, and for no other', () => {
    const report = testRules(texts)
    expect(report.failures).toEqual([])
    expect(report.untested).toEqual([])
    expect(report.samples).toBeGreaterThan(2 * report.rules)
  })

  it('of the audit log read only what is passed on to a node', () => {
    const told = loaded.rules.flatMap(({ samples }) =>
      ((samples as { yes?: unknown[] })?.yes ?? []).flatMap((written) => unwrap(readSample(written))),
    )
    const requests = told.flatMap((sample) => (sample.kind === 'audit' ? [sample.audit] : []))
    expect(requests.length).toBeGreaterThan(20)
    expect(requests.filter((request) => !isTelling(request))).toEqual([])
  })

  it('are named in every language', () => {
    expect(loaded.rules.filter(({ rule }) => !rule.title.ja || !rule.title.zh).map(({ rule }) => rule.id)).toEqual([])
  })

  it.each(loaded.rules.map(({ rule }) => [rule.id, rule] as const))('%s has a place in ATT&CK', (_, rule) => {
    expect(rule.techniques.length).toBeGreaterThan(0)
    expect(rule.techniques.filter((id) => !techniques.has(id))).toEqual([])
    expect(rule.tactics.length).toBeGreaterThan(0)
    const possible = rule.techniques.flatMap((id) => techniques.get(id)?.tactics ?? [])
    expect(rule.tactics.filter((tactic) => !possible.includes(tactic))).toEqual([])
    expect(techniques.get(rule.techniques[0] ?? '')?.tactics).toContain(rule.tactics[0])
  })

  it('speak three languages', () => {
    const written = texts.flatMap(({ text }) => text.match(/^ {4}(?:en|ja|zh): /gm) ?? [])
    for (const language of ['en', 'ja', 'zh'])
      expect(written.filter((line) => line.includes(language)).length).toBeGreaterThanOrEqual(loaded.rules.length)
  })

  it('let no program make a strong rule silent that is never ordinary', () => {
    const always = [
      'exec-from-memory',
      'kernel-helper-written',
      'module-loaded',
      'open-by-handle',
      'rights-from-nowhere',
    ]
    expect(loaded.rules.filter(({ rule }) => always.includes(rule.id) && rule.learnable)).toEqual([])
  })
})

describe('table of ATT&CK', () => {
  it('has shares that make one in each row', () => {
    for (const row of table.transitions.matrix) expect(row.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 6)
    expect(table.transitions.source).not.toBe('')
  })

  it('knows the new names of renamed techniques', () => {
    for (const id of Object.keys(table.aliasesV19)) expect(techniques.has(id)).toBe(true)
    expect(new Set(table.techniques.map(({ id }) => id)).size).toBe(table.techniques.length)
  })

  it('is refused when it is not one', () => {
    expect(readAttackTable('{').ok).toBe(false)
    expect(readAttackTable('{"version":"1"}').ok).toBe(false)
  })
})
