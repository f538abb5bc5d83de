// SPDX 2.2 and 2.3 in JSON (spdx.github.io/spdx-spec/v2.3), of our own, Trivy, Syft and whoever writes package URLs.
import type { Limits } from '@yagura/kernel'
import { parseJson } from '@yagura/safe-io'
import type { PackageLocation } from '@yagura/schema'
import { timeOf } from './cyclonedx.ts'
import {
  MAX_ENTRIES,
  MAX_GAPS,
  MAX_LAYERS,
  MAX_LICENCES,
  MAX_LOCATIONS,
  type SbomDocument,
  type SbomEntry,
} from './document.ts'
import { gapOfValue } from './gaps.ts'
import { systemFromPurls, systemOf } from './operating-system.ts'
import { digestOf, listOf, type Members, membersOf, textOf } from './values.ts'

const NO_PACKAGES = new Set(['CONTAINER', 'FILE', 'DEVICE'])
const MAX_RELATIONSHIPS = 2_000_000

export function readSpdx(document: Members, limits: Limits): SbomDocument {
  const packages = listOf(document.packages)
    .slice(0, MAX_ENTRIES + 1)
    .map(membersOf)
  const described = describedBy(document)
  const own = new Map(packages.map((item) => [item, annotationOf(item, limits)]))
  const root = packages.find((item) => described.has(textOf(item.SPDXID) ?? ''))
  const entries = packages.filter((item) => isPackage(item, described)).map((item) => entryOf(item, own.get(item)))
  const system = packages.find(isSystem)
  const aboutRoot = membersOf(root && own.get(root))
  return {
    entries,
    isCut: packages.length > MAX_ENTRIES,
    operatingSystem:
      (system &&
        systemOf(
          textOf(system.name),
          textOf(system.versionInfo),
          textOf(system.description),
          textOf(membersOf(own.get(system)).branch),
        )) ??
      systemFromPurls(entries),
    image: imageOf(membersOf(aboutRoot.image)),
    gaps: listOf(aboutRoot.gaps).slice(0, MAX_GAPS).flatMap(gapOfValue),
  }
}

/** What the document is about is the image, not one of its packages. */
function describedBy(document: Members): ReadonlySet<string> {
  const related = listOf(document.relationships)
    .slice(0, MAX_RELATIONSHIPS)
    .map(membersOf)
    .filter((one) => one.relationshipType === 'DESCRIBES' && one.spdxElementId === 'SPDXRef-DOCUMENT')
    .map((one) => one.relatedSpdxElement)
  const listed = listOf(document.documentDescribes).slice(0, MAX_RELATIONSHIPS)
  return new Set([...related, ...listed].filter((id) => typeof id === 'string'))
}

/** The specification and its schema write the purpose differently; ours and Trivy's have an id that tells. */
function isSystem(item: Members): boolean {
  if (/^OPERATING[-_]SYSTEM$/.test(textOf(item.primaryPackagePurpose) ?? '')) return true
  return purlOf(item) === undefined && (textOf(item.SPDXID) ?? '').startsWith('SPDXRef-OperatingSystem')
}

function isPackage(item: Members, described: ReadonlySet<string>): boolean {
  if (isSystem(item)) return false
  if (purlOf(item) !== undefined) return true
  if (described.has(textOf(item.SPDXID) ?? '') || NO_PACKAGES.has(textOf(item.primaryPackagePurpose) ?? ''))
    return false
  // lock files that Trivy lists as applications have no version
  return item.primaryPackagePurpose !== 'APPLICATION' || textOf(item.versionInfo) !== undefined
}

function entryOf(item: Members, annotation: Members | undefined): SbomEntry {
  const own = membersOf(annotation)
  const source = membersOf(own.source)
  const owner = membersOf(own.ownedBy)
  const sourceName = textOf(source.name)
  const ownerName = textOf(owner.name)
  const ownerType = textOf(owner.type)
  return {
    name: textOf(item.name),
    version: textOf(item.versionInfo),
    purl: purlOf(item),
    type: textOf(own.type, 64),
    architecture: textOf(own.architecture),
    source: sourceName === undefined ? builtFrom(item) : { name: sourceName, version: textOf(source.version) },
    licenses: Array.isArray(own.licenses) ? textsOf(own.licenses) : declared(item),
    locations: locationsOf(own.locations),
    layer: digestOf(own.layer) ?? layerOf(item),
    ownedBy: ownerName !== undefined && ownerType !== undefined ? { name: ownerName, type: ownerType } : undefined,
    vendor: textOf(own.vendor),
    module: textOf(own.module),
  }
}

/** SPDX 2.2 wrote the category with an underscore. */
function purlOf(item: Members): string | undefined {
  const reference = listOf(item.externalRefs)
    .map(membersOf)
    .find((one) => one.referenceType === 'purl' && /^PACKAGE[-_]MANAGER$/.test(textOf(one.referenceCategory) ?? ''))
  return textOf(reference?.referenceLocator, 4096)
}

/** Ours, as packages/export writes it. */
function annotationOf(item: Members, limits: Limits): Members | undefined {
  for (const one of listOf(item.annotations)) {
    const { comment } = membersOf(one)
    if (typeof comment !== 'string' || !comment.startsWith('yagura:')) continue
    const parsed = parseJson(Buffer.from(comment.slice('yagura:'.length)), limits, 'an annotation')
    if (parsed.ok) return membersOf(parsed.value)
  }
  return undefined
}

/** Trivy: `built package from: gcc-12 12.2.0-14`. */
function builtFrom(item: Members): SbomEntry['source'] {
  const match = /^built package from: (\S+) (\S+)$/.exec(textOf(item.sourceInfo, 2048) ?? '')
  return match?.[1] === undefined ? undefined : { name: match[1].slice(0, 512), version: match[2]?.slice(0, 512) }
}

/** Trivy: an attribution text `LayerDiffID: sha256:…`, in newer versions an annotation. */
function layerOf(item: Members): string | null {
  const comments = listOf(item.annotations).map((one) => membersOf(one).comment)
  for (const text of [...listOf(item.attributionTexts), ...comments]) {
    const layer = typeof text === 'string' ? /^LayerDiffID: (\S+)$/.exec(text)?.[1] : undefined
    if (layer !== undefined) return digestOf(layer)
  }
  return null
}

function declared(item: Members): string[] {
  const text = textOf(item.licenseDeclared, 16_384)
  return text === undefined || text === 'NOASSERTION' || text === 'NONE' ? [] : [text]
}

function textsOf(value: readonly unknown[]): string[] {
  return value.slice(0, MAX_LICENCES).flatMap((one) => textOf(one, 16_384) ?? [])
}

function locationsOf(value: unknown): PackageLocation[] {
  return listOf(value)
    .slice(0, MAX_LOCATIONS)
    .flatMap((one) => {
      const { path, layer } = membersOf(one)
      const text = textOf(path, 4096)
      return text === undefined ? [] : [{ path: text, layer: digestOf(layer) }]
    })
}

function imageOf(own: Members): SbomDocument['image'] {
  return {
    digest: digestOf(own.digest),
    manifestDigest: digestOf(own.manifestDigest),
    names: listOf(own.names)
      .slice(0, 100)
      .flatMap((name) => textOf(name) ?? []),
    architecture: textOf(own.architecture) ?? null,
    createdAt: timeOf(own.createdAt),
    layers: listOf(own.layers)
      .slice(0, MAX_LAYERS)
      .flatMap((layer) => digestOf(layer) ?? []),
  }
}
