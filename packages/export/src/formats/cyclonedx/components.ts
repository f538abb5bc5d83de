// Packages as components.
import type { SoftwarePackage } from '@yagura/schema'
import { isSpdxExpression, isSpdxId } from '../../content/licences.ts'
import { packageDigests } from '../../content/packages.ts'

/** The purl where only one package has it, else with a mark behind it. */
export function componentRefs(packages: readonly SoftwarePackage[]): string[] {
  const uses = new Map<string, number>()
  for (const { purl } of packages) uses.set(purl, (uses.get(purl) ?? 0) + 1)
  const digests = packageDigests(packages)
  return packages.map(({ purl }, index) => {
    const digest = digests[index]?.slice(0, 16) ?? ''
    if (purl === '') return `package:${digest}`
    return uses.get(purl) === 1 ? purl : `${purl}#${digest}`
  })
}

export function componentOf(item: SoftwarePackage, ref: string) {
  const { group, name } = grouped(item)
  const licenses = licencesOf(item.licenses)
  return {
    'bom-ref': ref,
    type: 'library',
    ...(item.vendor ? { supplier: { name: item.vendor } } : {}),
    ...(group === undefined ? {} : { group }),
    name,
    version: item.version,
    ...(licenses.length === 0 ? {} : { licenses }),
    ...(item.purl === '' ? {} : { purl: item.purl }),
    properties: propertiesOf(item),
  }
}

/** Names in two parts, where the ecosystem has such. */
function grouped({ type, name }: SoftwarePackage): { group?: string; name: string } {
  const separator =
    type === 'maven' ? ':' : type === 'composer' || (type === 'npm' && name.startsWith('@')) ? '/' : undefined
  const at = separator === undefined ? -1 : name.indexOf(separator)
  if (at <= 0 || at === name.length - 1) return { name }
  return { group: name.slice(0, at), name: name.slice(at + 1) }
}

/** Either one expression or a list of licences: the format does not allow both. */
function licencesOf(licences: readonly string[]) {
  const [first] = licences
  if (first !== undefined && licences.length === 1 && isSpdxExpression(first)) return [{ expression: first }]
  return licences.map((text) => ({ license: isSpdxId(text) ? { id: text } : { name: text } }))
}

function propertiesOf(item: SoftwarePackage) {
  return [
    ...property('yagura:type', item.type),
    ...property('yagura:architecture', item.architecture),
    ...property('yagura:source:name', item.source?.name),
    ...property('yagura:source:version', item.source?.version),
    ...property('yagura:layer', item.layer),
    ...item.locations.flatMap(({ path, layer }, index) => [
      ...property(`yagura:location:${index}:path`, path),
      ...property(`yagura:location:${index}:layer`, layer),
    ]),
    ...property('yagura:ownedBy:type', item.ownedBy?.type),
    ...property('yagura:ownedBy:name', item.ownedBy?.name),
    ...property('yagura:vendor', item.vendor),
    ...property('yagura:module', item.module),
  ]
}

export function property(name: string, value: string | null | undefined): { name: string; value: string }[] {
  return value === null || value === undefined ? [] : [{ name, value }]
}
