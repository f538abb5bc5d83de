// Properties of CycloneDX: names that every tool makes up for itself. Ours are written by packages/export; those of Trivy and Syft are
// as their sources have them (pkg/sbom/cyclonedx/marshal.go; syft/format/internal/cyclonedxutil/helpers).
import type { PackageLocation } from '@yagura/schema'
import { MAX_LOCATIONS } from './document.ts'
import { digestOf, listOf, membersOf, textOf } from './values.ts'

export interface Properties {
  first(...names: readonly string[]): string | undefined
  all(name: string): readonly string[]
}

const MAX_PROPERTIES = 5000
const MAX_VALUE = 64 * 1024

export function propertiesOf(value: unknown): Properties {
  const values = new Map<string, string[]>()
  for (const one of listOf(value).slice(0, MAX_PROPERTIES)) {
    const property = membersOf(one)
    const name = textOf(property.name)
    const text = textOf(property.value, MAX_VALUE)
    if (name === undefined || text === undefined) continue
    const known = values.get(name)
    if (known) known.push(text)
    else values.set(name, [text])
  }
  return {
    first: (...names) => names.map((name) => values.get(name)?.[0]).find((text) => text !== undefined),
    all: (name) => values.get(name) ?? [],
  }
}

export function locationsOf(properties: Properties): PackageLocation[] {
  const locations: PackageLocation[] = []
  for (let index = 0; index < MAX_LOCATIONS; index++) {
    const ours = properties.first(`yagura:location:${index}:path`)
    const path = ours ?? properties.first(`syft:location:${index}:path`)
    if (path === undefined) break
    const layer = properties.first(`yagura:location:${index}:layer`, `syft:location:${index}:layerID`)
    locations.push({ path: path.slice(0, 4096), layer: digestOf(layer) })
  }
  const trivy = properties.first('aquasecurity:trivy:FilePath')
  if (locations.length === 0 && trivy !== undefined) {
    const path = `/${trivy.replace(/^\/+/, '')}`.slice(0, 4096)
    locations.push({ path, layer: digestOf(properties.first('aquasecurity:trivy:LayerDiffID')) })
  }
  return locations
}

/** Trivy takes source versions apart: SrcEpoch, SrcVersion, SrcRelease. */
export function sourceOf(properties: Properties): { name: string; version: string | undefined } | undefined {
  const trivy = (part: string) => properties.first(`aquasecurity:trivy:Src${part}`)
  const own = properties.first('yagura:source:name', 'syft:metadata:source', 'syft:metadata:originPackage')
  if (own !== undefined) {
    const version = properties.first('yagura:source:version', 'syft:metadata:sourceVersion')
    return { name: own.slice(0, 512), version: version?.slice(0, 512) }
  }
  const name = trivy('Name')
  const plain = trivy('Version')
  if (name === undefined || plain === undefined) return undefined
  const epoch = trivy('Epoch')
  const release = trivy('Release')
  const version = `${epoch === undefined ? '' : `${epoch}:`}${plain}${release === undefined ? '' : `-${release}`}`
  return { name: name.slice(0, 512), version: version.slice(0, 512) }
}
