// CycloneDX 1.6 in JSON (ECMA-424). `yagura scan sbom:FILE` reads it back to the same packages: what CycloneDX has no field for are
// properties that begin with `yagura:`; packages/inventory/src/sbom knows the same names. Environment and commands stay out: a list of
// parts is given to strangers.
import type { ScanReport } from '@yagura/schema'
import { contentDigest, contentUuid } from '../../content/digest.ts'
import { gapsOfImage } from '../../content/gaps.ts'
import { titleOf } from '../../content/order.ts'
import { isSystemPackage } from '../../content/packages.ts'
import type { Format } from '../../format.ts'
import { jsonDocument } from '../../text/json.ts'
import { componentOf, componentRefs, property } from './components.ts'
import { vulnerabilitiesOf } from './vulnerabilities.ts'

const ROOT = 'image'
const SYSTEM = 'operating-system'

export const format: Format = {
  name: 'cyclonedx',
  description: 'CycloneDX 1.6 with packages and vulnerabilities, in JSON',
  mediaType: 'application/vnd.cyclonedx+json; version=1.6',
  render(report) {
    const content = contentOf(report)
    const serialNumber = `urn:uuid:${contentUuid(contentDigest(content))}`
    const { metadata, ...parts } = content
    const document = {
      $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber,
      version: 1,
      metadata: { timestamp: report.scannedAt, ...metadata },
      ...parts,
    }
    return jsonDocument(document)
  },
}

/** All but the time: the serial number is made from it. */
function contentOf(report: ScanReport) {
  const { packages, operatingSystem } = report
  const refs = componentRefs(packages)
  const gaps = gapsOfImage(report.coverageGaps)
  return {
    metadata: {
      tools: { components: [{ type: 'application', name: report.tool.name, version: report.tool.version }] },
      component: rootOf(report),
      properties: gaps.flatMap((gap) => property('yagura:coverageGap', JSON.stringify(gap))),
    },
    components: [
      ...(operatingSystem === null ? [] : [systemComponent(operatingSystem)]),
      ...packages.map((item, index) => componentOf(item, refs[index] ?? '')),
    ],
    dependencies: dependenciesOf(report, refs),
    compositions: [{ aggregate: gaps.length > 0 ? 'incomplete' : 'unknown', assemblies: [ROOT] }],
    vulnerabilities: vulnerabilitiesOf(report, refs),
  }
}

function rootOf(report: ScanReport) {
  const { image } = report
  return {
    'bom-ref': ROOT,
    type: image.layers.length > 0 ? 'container' : 'application',
    name: titleOf(report),
    ...(image.digest === null ? {} : { version: image.digest }),
    properties: [
      ...property('yagura:image:digest', image.digest),
      ...property('yagura:image:manifestDigest', image.manifestDigest),
      ...image.names.flatMap((name) => property('yagura:image:name', name)),
      ...property('yagura:image:architecture', image.architecture),
      ...property('yagura:image:createdAt', image.createdAt),
      ...image.layers.flatMap((layer) => property('yagura:image:layer', layer.diffId)),
    ],
  }
}

function systemComponent({ id, versionId, prettyName, branch }: NonNullable<ScanReport['operatingSystem']>) {
  return {
    'bom-ref': SYSTEM,
    type: 'operating-system',
    name: id,
    ...(versionId === null ? {} : { version: versionId }),
    ...(prettyName === null ? {} : { description: prettyName }),
    ...(branch ? { properties: property('yagura:branch', branch) } : {}),
  }
}

/** The image holds its system and what is beside it, the system its packages, a package what it brought along. */
function dependenciesOf({ packages, operatingSystem }: ScanReport, refs: readonly string[]) {
  const children = new Map<string, string[]>([[ROOT, []]])
  if (operatingSystem !== null) children.get(ROOT)?.push(SYSTEM)
  const owners = new Map(packages.map((item, index) => [`${item.type}\0${item.name}`, refs[index] ?? '']))
  for (const [index, item] of packages.entries()) {
    const ref = refs[index] ?? ''
    const owner = item.ownedBy ? owners.get(`${item.ownedBy.type}\0${item.ownedBy.name}`) : undefined
    const system = isSystemPackage(item) && operatingSystem !== null ? SYSTEM : ROOT
    const parent = owner !== undefined && owner !== ref ? owner : system
    const known = children.get(parent)
    if (known) known.push(ref)
    else children.set(parent, [ref])
  }
  return [...children].map(([ref, dependsOn]) => ({ ref, dependsOn: dependsOn.toSorted() }))
}
