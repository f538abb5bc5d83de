// No package ships the JSON schema of SPDX 2.3, so what it requires is written down here, from the specification (clauses 6 to 11).
import parseExpression from 'spdx-expression-parse'
import { expect, test } from 'vitest'
import { hostileReport, sampleReport } from '../../testing/reports.ts'
import { format } from './index.ts'

interface Package {
  readonly SPDXID: string
  readonly name: string
  readonly licenseDeclared: string
  readonly annotations?: readonly { readonly annotationDate: string }[]
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const PACKAGE_FIELDS = [
  'SPDXID',
  'annotations',
  'attributionTexts',
  'builtDate',
  'checksums',
  'comment',
  'copyrightText',
  'description',
  'downloadLocation',
  'externalRefs',
  'filesAnalyzed',
  'hasFiles',
  'homepage',
  'licenseComments',
  'licenseConcluded',
  'licenseDeclared',
  'licenseInfoFromFiles',
  'name',
  'originator',
  'packageFileName',
  'packageVerificationCode',
  'primaryPackagePurpose',
  'releaseDate',
  'sourceInfo',
  'summary',
  'supplier',
  'validUntilDate',
  'versionInfo',
]

test.each([
  ['a report', sampleReport()],
  ['a report of an attacker', hostileReport()],
  ['an image without packages', { ...sampleReport(), packages: [], operatingSystem: null }],
])('%s has what SPDX 2.3 requires', (_, report) => {
  const document = JSON.parse(format.render(report))
  expect(document).toMatchObject({ spdxVersion: 'SPDX-2.3', dataLicense: 'CC0-1.0', SPDXID: 'SPDXRef-DOCUMENT' })
  expect(document.name.length).toBeGreaterThan(0)
  expect(document.documentNamespace).not.toContain('#')
  expect(URL.canParse(document.documentNamespace)).toBe(true)
  expect(document.creationInfo.created).toMatch(TIME)
  expect(document.creationInfo.creators).toEqual(['Tool: yagura-0.1.0'])
  const packages: Package[] = document.packages
  const ids = packages.map(({ SPDXID }) => SPDXID)
  expect(new Set(ids).size).toBe(ids.length)
  const defined = new Set(
    (document.hasExtractedLicensingInfos ?? []).map((one: { licenseId: string }) => one.licenseId),
  )
  for (const item of packages) {
    expect(item.SPDXID).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/)
    expect(item).toMatchObject({ name: expect.any(String), downloadLocation: 'NOASSERTION', filesAnalyzed: false })
    expect(Object.keys(item).filter((key) => !PACKAGE_FIELDS.includes(key))).toEqual([])
    for (const { annotationDate } of item.annotations ?? []) expect(annotationDate).toMatch(TIME)
    if (item.licenseDeclared === 'NOASSERTION') continue
    expect(() => parseExpression(item.licenseDeclared)).not.toThrow()
    for (const id of item.licenseDeclared.match(/LicenseRef-[\w.-]+/g) ?? []) expect(defined).toContain(id)
  }
  for (const { spdxElementId, relatedSpdxElement } of document.relationships)
    for (const id of [spdxElementId, relatedSpdxElement]) expect(['SPDXRef-DOCUMENT', ...ids]).toContain(id)
})

test('the namespace is that of the content, not of the time', () => {
  const report = sampleReport()
  const namespace = (of: typeof report) => JSON.parse(format.render(of)).documentNamespace
  expect(namespace({ ...report, scannedAt: '2027-01-01T00:00:00Z' })).toBe(namespace(report))
  expect(namespace({ ...report, packages: report.packages.slice(1) })).not.toBe(namespace(report))
})

test('a licence that SPDX does not know is defined in the document', () => {
  const document = JSON.parse(format.render(sampleReport()))
  const [{ licenseId, extractedText }] = document.hasExtractedLicensingInfos
  expect(extractedText).toBe('Artistic')
  const gcc = document.packages.find((one: Package) => one.name === 'libgcc-s1')
  expect(gcc.licenseDeclared).toBe(`(GPL-3.0-only WITH GCC-exception-3.1) AND MIT AND ${licenseId}`)
})
