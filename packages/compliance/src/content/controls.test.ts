// The tables of content/controls against the checks there are.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compileGlob } from '@yagura/lang'
import { expect, test } from 'vitest'
import { coverageOf, readControls } from './controls.ts'
import { readRecords } from './read.ts'

const CONTENT = join(import.meta.dirname, '../../../../content')
const controls = readControls(join(CONTENT, 'controls'))
const ids = readdirSync(join(CONTENT, 'checks')).flatMap((target) =>
  readRecords(join(CONTENT, 'checks', target)).records.map((record) => (record as { id: string }).id),
)

test('are sound, and name only checks that there are', () => {
  expect(controls.problems).toEqual([])
  expect(controls.tables.map(({ framework }) => framework).sort()).toEqual([
    'cis-docker',
    'cis-kubernetes',
    'cis-linux',
    'cis-middleware',
    'gbt-22239',
    'nist-800-190',
    'nsa-cisa',
    'pci-dss-4',
  ])
  const named = controls.tables.flatMap(({ sections }) => Object.values(sections).flat())
  expect(named.filter((name) => !name.startsWith('IMAGE-') && !ids.includes(name))).toEqual([])
  for (const name of named) expect(() => compileGlob(name), name).not.toThrow()
})

test('every section is answered, or says why not; every check answers something', () => {
  for (const table of controls.tables)
    for (const { section, checks, reason } of coverageOf(table))
      if (checks.length === 0) expect(reason, `${table.framework} ${section}`).not.toBe('')
  expect(ids.filter((id) => controls.of(id).length === 0)).toEqual([])
})

test('of patterns the most special holds', () => {
  const sections = (check: string) =>
    controls.of(check).flatMap(({ framework, section }) => (framework === 'cis-docker' ? section : []))
  expect(sections('IMAGE-root-user')).toEqual(['4.1'])
  expect(sections('IMAGE-secret-aws-key')).toEqual(['4.10'])
  expect(
    controls
      .of('IMAGE-anything-new')
      .map(({ framework }) => framework)
      .sort(),
  ).toEqual(['gbt-22239', 'nist-800-190', 'pci-dss-4'])
  expect(sections('IMAGE-package-cache')).toEqual(['4.3'])
  expect(controls.of('NOTHING-01')).toEqual([])
})

test('records carry the controls of the tables, and none of their own', () => {
  const [first] = readRecords(join(CONTENT, 'checks/kubernetes-node')).records as [{ id: string; controls: unknown }]
  expect(first.controls).toEqual(controls.of(first.id))
})
