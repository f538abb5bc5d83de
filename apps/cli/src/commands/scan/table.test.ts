import type { ScanReport, VulnerabilityFinding } from '@yagura/schema'
import { expect, it } from 'vitest'
import { toTable } from './table.ts'

const finding = (id: string, severity: VulnerabilityFinding['severity']): VulnerabilityFinding => ({
  id,
  aliases: [],
  package: 'a',
  version: '1',
  purl: 'pkg:deb/debian/a@1',
  severity,
  status: 'affected',
  fixedIn: [],
  reason: 'a 1 is affected.',
})

const report = {
  target: 'rootfs:x',
  operatingSystem: null,
  packages: [],
  findings: [finding('CVE-1', 'low'), finding('CVE-2', 'negligible')],
  suppressed: [],
  suppressedSecrets: [],
  suppressedMistakes: [],
  secrets: [
    {
      kind: 'private-key',
      path: '/k\u001b[31m.pem',
      line: 1,
      layer: null,
      createdBy: null,
      deletedIn: `sha256:${'0'.repeat(64)}`,
      match: '-----BE…',
      severity: 'high',
    },
  ],
  mistakes: [
    {
      check: 'root-user',
      severity: 'medium',
      title: 't',
      message: 'Runs as root.',
      path: null,
      layer: null,
      remedy: 'r',
    },
  ],
  coverageGaps: [],
} as unknown as ScanReport

it('unimportant findings are hidden by default, counted, and shown with --all', () => {
  const text = toTable(report, undefined)
  expect(text).toContain('CVE-1')
  expect(text).not.toContain('CVE-2')
  expect(text).toContain('1 negligible one is not shown; --all shows them.')
  const all = toTable(report, undefined, true)
  expect(all).toContain('CVE-2')
  expect(all).not.toContain('not shown')
})

it('what is known to be exploited is marked, counted, and first of its severity', () => {
  const kev = { addedOn: '2026-01-01', dueOn: null, isUsedByRansomware: false }
  const findings = [finding('CVE-1', 'high'), { ...finding('CVE-3', 'high'), status: 'undetermined', kev }]
  const lines = toTable({ ...report, findings } as ScanReport, undefined).split('\n')
  expect(lines.filter((line) => line.includes('CVE-')).map((line) => /CVE-.*?\s{2,}/.exec(line)?.[0].trim())).toEqual([
    'CVE-3 (undetermined, KEV)',
    'CVE-1',
  ])
  expect(lines).toContain('1 finding marked KEV: attacks with it are known.')
})

it('secrets say where they are, and mistakes what they are; nothing acts on a terminal', () => {
  const lines = toTable(report, undefined)
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/))
  expect(lines).toContainEqual(['▲ high', 'private-key', '/k\\x1b[31m.pem:1 (deleted in a later layer)', '-----BE…'])
  expect(lines).toContainEqual(['● medium', 'root-user', 't: Runs as root.'])
})
