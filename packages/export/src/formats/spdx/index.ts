// SPDX 2.3 in JSON (spdx.github.io/spdx-spec/v2.3). `yagura scan sbom:FILE` reads it back to the same packages: what SPDX has no field
// for is an annotation of the package, JSON behind `yagura:`; packages/inventory/src/sbom knows the same names. It lists packages only:
// SPDX 2 has no place for what is said of vulnerabilities.
import type { ScanReport } from '@yagura/schema'
import { contentDigest, contentUuid } from '../../content/digest.ts'
import { gapsOfImage } from '../../content/gaps.ts'
import { titleOf } from '../../content/order.ts'
import { isSystemPackage, packageDigests } from '../../content/packages.ts'
import type { Format } from '../../format.ts'
import { jsonDocument } from '../../text/json.ts'
import { annotation, createLicences, packageOf, UNSTATED } from './packages.ts'

const DOCUMENT = 'SPDXRef-DOCUMENT'
const ROOT = 'SPDXRef-Image'
const SYSTEM = 'SPDXRef-OperatingSystem'

export const format: Format = {
  name: 'spdx',
  description: 'SPDX 2.3 with packages and licences, in JSON',
  mediaType: 'application/spdx+json',
  render(report) {
    // seconds, as the specification has it (6.9)
    const created = report.scannedAt.replace(/\.\d+Z$/, 'Z')
    const annotator = `Tool: ${report.tool.name}-${report.tool.version}`
    const content = contentOf(report, { annotator, created })
    // the same content has the same name, whenever it was written
    const uuid = contentUuid(contentDigest(contentOf(report, { annotator, created: '' })))
    const name = titleOf(report)
    const document = {
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: DOCUMENT,
      name,
      documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(name.toWellFormed()).slice(0, 200).replace(/%.?$/, '')}-${uuid}`,
      creationInfo: { creators: [annotator], created },
      ...content,
    }
    return jsonDocument(document)
  },
}

interface Signature {
  readonly annotator: string
  readonly created: string
}

function contentOf(report: ScanReport, signature: Signature) {
  const { packages, operatingSystem } = report
  const licences = createLicences()
  const ids = packageDigests(packages).map((digest) => `SPDXRef-Package-${digest.slice(0, 24)}`)
  const listed = packages.map((item, index) => packageOf(item, ids[index] ?? '', licences, signature))
  const extracted = licences.extracted()
  return {
    packages: [
      rootOf(report, signature),
      ...(operatingSystem === null ? [] : [systemOf(operatingSystem, signature)]),
      ...listed,
    ],
    ...(extracted.length === 0 ? {} : { hasExtractedLicensingInfos: extracted }),
    relationships: [
      relationship(DOCUMENT, 'DESCRIBES', ROOT),
      ...(operatingSystem === null ? [] : [relationship(ROOT, 'CONTAINS', SYSTEM)]),
      ...packages.map((item, index) =>
        relationship(isSystemPackage(item) && operatingSystem !== null ? SYSTEM : ROOT, 'CONTAINS', ids[index] ?? ''),
      ),
    ],
  }
}

function rootOf(report: ScanReport, signature: Signature) {
  const { image, coverageGaps } = report
  const { digest, manifestDigest, names, architecture, createdAt } = image
  const gaps = gapsOfImage(coverageGaps)
  const layers = image.layers.map(({ diffId }) => diffId)
  return {
    name: titleOf(report),
    SPDXID: ROOT,
    ...(digest === null ? {} : { versionInfo: digest }),
    ...UNSTATED,
    primaryPackagePurpose: image.layers.length > 0 ? 'CONTAINER' : 'APPLICATION',
    annotations: [
      annotation({ image: { digest, manifestDigest, names, architecture, createdAt, layers }, gaps }, signature),
    ],
  }
}

/** Its purpose is OTHER: the specification writes OPERATING-SYSTEM, its published schema OPERATING_SYSTEM, and each refuses the other. */
function systemOf(
  { id, versionId, prettyName, branch }: NonNullable<ScanReport['operatingSystem']>,
  signature: Signature,
) {
  return {
    name: id,
    SPDXID: SYSTEM,
    ...(versionId === null ? {} : { versionInfo: versionId }),
    ...UNSTATED,
    ...(prettyName === null ? {} : { description: prettyName }),
    primaryPackagePurpose: 'OTHER',
    ...(branch ? { annotations: [annotation({ branch }, signature)] } : {}),
  }
}

function relationship(from: string, relationshipType: string, to: string) {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to }
}
