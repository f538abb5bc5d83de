import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { expect, test } from 'vitest'
import { hostileReport, sampleReport } from '../../testing/reports.ts'
import { format } from './index.ts'

test.each([
  ['a report', sampleReport()],
  ['a report of an attacker', hostileReport()],
  ['an image without packages', { ...sampleReport(), packages: [], operatingSystem: null }],
])('%s fits the strict schema of CycloneDX 1.6', async (_, report) => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  expect(await validator.validate(format.render(report))).toBeNull()
})

test('the serial number is that of the content, not of the time', () => {
  const report = sampleReport()
  const serial = (of: typeof report) => JSON.parse(format.render(of)).serialNumber
  expect(serial({ ...report, scannedAt: '2027-01-01T00:00:00Z' })).toBe(serial(report))
  expect(serial({ ...report, packages: report.packages.slice(1) })).not.toBe(serial(report))
  expect(serial(report)).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('every reference is unique, and every one that is named is there', () => {
  for (const report of [sampleReport(), hostileReport()]) {
    const bom = JSON.parse(format.render(report))
    const refs = [bom.metadata.component, ...bom.components].map((component) => component['bom-ref'])
    expect(new Set(refs).size).toBe(refs.length)
    const named = [
      ...bom.dependencies.flatMap((one: { ref: string; dependsOn: string[] }) => [one.ref, ...one.dependsOn]),
      ...bom.vulnerabilities.flatMap((one: { affects: { ref: string }[] }) => one.affects.map(({ ref }) => ref)),
    ]
    expect(named.filter((ref) => !refs.includes(ref))).toEqual([])
  }
})

test('a vulnerability names all packages it is about, its rating, and what was decided', () => {
  const { vulnerabilities, components } = JSON.parse(format.render(sampleReport()))
  const find = (id: string) => vulnerabilities.find((one: { id: string }) => one.id === id)
  const copies = components.filter((one: { name: string }) => one.name === 'left-pad')
  expect(find('GHSA-aaaa-bbbb-cccc').affects.map(({ ref }: { ref: string }) => ref)).toEqual(
    copies.map((one: { 'bom-ref': string }) => one['bom-ref']),
  )
  expect(find('CVE-2023-5678')).toMatchObject({
    ratings: [{ severity: 'high' }],
    analysis: { state: 'in_triage' },
    references: [{ id: 'DSA-5532-1' }],
  })
  expect(find('CVE-2022-3').analysis).toMatchObject({ state: 'exploitable', response: ['will_not_fix'] })
  expect(find('CVE-2022-4').analysis.state).toBe('not_affected')
})

test('a licence that is one is an expression, what is none is a name', () => {
  const { components } = JSON.parse(format.render(sampleReport()))
  expect(components.find((one: { name: string }) => one.name === 'libssl3').licenses).toEqual([
    { expression: 'Apache-2.0' },
  ])
  expect(components.find((one: { name: string }) => one.name === 'libgcc-s1').licenses).toEqual([
    { license: { name: 'GPL-3.0-only WITH GCC-exception-3.1' } },
    { license: { id: 'MIT' } },
    { license: { name: 'Artistic' } },
  ])
})
