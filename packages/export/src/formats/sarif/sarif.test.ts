import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { hostileReport, sampleReport } from '../../testing/reports.ts'
import { format } from './index.ts'

const valid = schemaCheck()

test.each([
  ['a report', sampleReport()],
  ['a report of an attacker', hostileReport()],
])('%s fits the schema of SARIF 2.1.0', (_, report) => {
  valid(JSON.parse(format.render(report)))
  expect(valid.errors ?? []).toEqual([])
})

test('fingerprints do not change with time, severity or wording, but with the package', () => {
  const report = sampleReport()
  const [first, ...rest] = report.findings
  if (!first) throw new Error('no finding')
  const later = {
    ...report,
    scannedAt: '2027-01-01T00:00:00Z',
    findings: [{ ...first, severity: 'low' as const, reason: 'Other.' }, ...rest],
  }
  expect(fingerprints(later)).toEqual(fingerprints(report))
  expect(new Set(fingerprints(report)).size).toBe(fingerprints(report).length)
  const other = { ...report, findings: [{ ...first, version: '9' }, ...rest] }
  expect(fingerprints(other)[0]).not.toBe(fingerprints(report)[0])
})

test('paths are percent-encoded, relative to the root of the image', () => {
  const results = parsed(sampleReport()).results
  const secret = results.find((result) => result.ruleId.startsWith('secret/'))
  expect(secret?.locations[0]?.physicalLocation?.artifactLocation).toEqual({
    uri: 'root/my%20files/credentials%231',
    uriBaseId: 'ROOT',
  })
  expect(secret?.locations[0]?.physicalLocation?.region).toEqual({ startLine: 2 })
})

test('a package in two places is one result that names both', () => {
  const report = sampleReport()
  const pad = report.findings.filter((finding) => finding.package === '@scope/left-pad')
  const { results } = parsed({ ...report, findings: [...report.findings, ...pad] })
  const found = results.filter((result) => result.ruleId === 'GHSA-aaaa-bbbb-cccc')
  expect(found).toHaveLength(1)
  expect(found[0]?.locations).toHaveLength(2)
})

test('what an exception settles is a result that is suppressed, with the reason', () => {
  const suppressed = parsed(sampleReport()).results.filter((result) => result.suppressions)
  expect(suppressed.map((result) => result.suppressions?.[0]?.justification)).toEqual([
    'Not reachable.',
    'Code is not built in.',
    'A key for tests.',
    'The cluster asks.',
  ])
})

test('what is fixed passes, and each result points to its rule', () => {
  const { results, rules } = parsed(sampleReport())
  expect(results.find((result) => result.ruleId === 'CVE-2020-1')).toMatchObject({ kind: 'pass', level: 'none' })
  for (const result of results) expect(rules[result.ruleIndex]?.id).toBe(result.ruleId)
})

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly suppressions?: readonly { readonly justification: string }[]
  readonly locations: readonly {
    readonly physicalLocation?: { readonly artifactLocation: unknown; readonly region: unknown }
  }[]
}

function parsed(report: ReturnType<typeof sampleReport>): { results: Result[]; rules: { id: string }[] } {
  const run = JSON.parse(format.render(report)).runs[0]
  return { results: run.results, rules: run.tool.driver.rules }
}

function fingerprints(report: ReturnType<typeof sampleReport>): string[] {
  return parsed(report).results.map((result) => JSON.stringify(result.partialFingerprints))
}

/** The published schema, as a package ships it; it uses nothing of draft 4 that draft 7 reads otherwise, but for the name of its id. */
function schemaCheck() {
  const path = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(path, 'utf8'))
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  addFormats.default(ajv)
  return ajv.compile(schema)
}
