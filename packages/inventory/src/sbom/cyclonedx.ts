// CycloneDX 1.4 to 1.6 in JSON (ECMA-424), of our own, Trivy, Syft and whoever writes package URLs.
import { MAX_ENTRIES, MAX_GAPS, MAX_LAYERS, MAX_LICENCES, type SbomDocument, type SbomEntry } from './document.ts'
import { gapOfText } from './gaps.ts'
import { systemFromPurls, systemOf } from './operating-system.ts'
import { locationsOf, type Properties, propertiesOf, sourceOf } from './properties.ts'
import { digestOf, listOf, type Members, membersOf, textOf } from './values.ts'

/** Things that are no packages; what else has no package URL was not understood. */
const NO_PACKAGES = new Set(['container', 'device', 'file', 'data', 'machine-learning-model', 'cryptographic-asset'])

export function readCycloneDx(document: Members): SbomDocument {
  const metadata = membersOf(document.metadata)
  const components = [...walk(document.components)]
  const entries = components.filter(isPackage).map(entryOf)
  const system = components.find((component) => component.type === 'operating-system')
  return {
    entries,
    isCut: components.length > MAX_ENTRIES,
    operatingSystem: (system && systemOfComponent(system)) ?? systemFromPurls(entries),
    image: imageOf(membersOf(metadata.component)),
    gaps: propertiesOf(metadata.properties).all('yagura:coverageGap').slice(0, MAX_GAPS).flatMap(gapOfText),
  }
}

/** Components may lie in components; one more than the limit is given, so that it is seen. */
function* walk(roots: unknown): Generator<Members> {
  const open = [listOf(roots).values()]
  let given = 0
  for (let list = open.at(-1); list && given <= MAX_ENTRIES; list = open.at(-1)) {
    const next = list.next()
    if (next.done) {
      open.pop()
      continue
    }
    const component = membersOf(next.value)
    given++
    yield component
    open.push(listOf(component.components).values())
  }
}

function isPackage(component: Members): boolean {
  if (component.type === 'operating-system') return false
  if (textOf(component.purl) !== undefined) return true
  // lock files that Trivy lists as applications have no version
  if (component.type === 'application' && textOf(component.version) === undefined) return false
  return !NO_PACKAGES.has(textOf(component.type) ?? '')
}

function entryOf(component: Members): SbomEntry {
  const properties = propertiesOf(component.properties)
  const ownerName = properties.first('yagura:ownedBy:name')
  const ownerType = properties.first('yagura:ownedBy:type')
  const layer = properties.first('yagura:layer', 'aquasecurity:trivy:LayerDiffID', 'syft:location:0:layerID')
  const type = properties.first('yagura:type')
  return {
    name: nameOf(component, type),
    version: textOf(component.version),
    purl: textOf(component.purl, 4096),
    type: type?.slice(0, 64),
    architecture: properties.first('yagura:architecture', 'syft:metadata:architecture')?.slice(0, 512),
    source: sourceOf(properties),
    licenses: licencesOf(component.licenses),
    locations: locationsOf(properties),
    layer: digestOf(layer),
    ownedBy:
      ownerName !== undefined && ownerType !== undefined
        ? { name: ownerName.slice(0, 512), type: ownerType.slice(0, 512) }
        : undefined,
    vendor: properties.first('yagura:vendor', 'syft:metadata:vendor')?.slice(0, 512),
    module: properties.first('yagura:module', 'aquasecurity:trivy:Modularitylabel')?.slice(0, 512),
  }
}

function nameOf(component: Members, type: string | undefined): string | undefined {
  const name = textOf(component.name)
  const group = textOf(component.group)
  if (name === undefined || group === undefined) return name
  const purl = textOf(component.purl, 4096)
  return `${group}${type === 'maven' || purl?.startsWith('pkg:maven/') ? ':' : '/'}${name}`
}

function licencesOf(value: unknown): string[] {
  return listOf(value)
    .slice(0, MAX_LICENCES)
    .flatMap((one) => {
      const choice = membersOf(one)
      const licence = membersOf(choice.license)
      return textOf(choice.expression, 16_384) ?? textOf(licence.id) ?? textOf(licence.name, 16_384) ?? []
    })
}

function systemOfComponent(component: Members) {
  const properties = propertiesOf(component.properties)
  return systemOf(
    textOf(component.name),
    textOf(component.version),
    properties.first('syft:distro:prettyName')?.slice(0, 512) ?? textOf(component.description),
    properties.first('yagura:branch')?.slice(0, 512),
  )
}

function imageOf(component: Members): SbomDocument['image'] {
  const properties: Properties = propertiesOf(component.properties)
  const first = (...names: string[]) => properties.first(...names)
  const names = [...properties.all('yagura:image:name'), ...properties.all('aquasecurity:trivy:RepoTag')]
  const layers = [...properties.all('yagura:image:layer'), ...properties.all('aquasecurity:trivy:DiffID')]
  const createdAt = first('yagura:image:createdAt')
  return {
    digest: digestOf(first('yagura:image:digest', 'aquasecurity:trivy:ImageID')),
    manifestDigest: digestOf(first('yagura:image:manifestDigest')),
    names: names.slice(0, 100).map((name) => name.slice(0, 512)),
    architecture: first('yagura:image:architecture')?.slice(0, 512) ?? null,
    createdAt: timeOf(createdAt),
    layers: layers.flatMap((layer) => digestOf(layer) ?? []).slice(0, MAX_LAYERS),
  }
}

export function timeOf(text: unknown): string | null {
  return typeof text === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{8,20}Z$/.test(text) && !Number.isNaN(Date.parse(text))
    ? text
    : null
}
