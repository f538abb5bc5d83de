// Made advisories and packages for tests.
import type { Advisory, AdvisoryDetail } from '@yagura/advisories'
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import type { Severity } from '@yagura/schema/severities'
import type { RangeEvent } from '@yagura/versions'
import type { AdvisoryLookup } from '../decide.ts'

export interface Given extends Partial<AdvisoryDetail> {
  readonly id: string
  readonly in: string
  readonly name: string
  readonly fixed?: string
  readonly events?: readonly RangeEvent[]
  readonly versions?: readonly string[]
  readonly severity?: Severity
  readonly isUnimportant?: boolean
}

export function lookupOf(given: readonly Given[], severities: Record<string, Severity> = {}): AdvisoryLookup {
  const advisories = given.map(madeAdvisory)
  const feeds = [...new Set(given.map((item) => item.in))]
  return {
    lookup: (ecosystem, name) => advisories.filter((a) => a.ecosystem === ecosystem && a.packageName === name),
    covers: (ecosystem) => feeds.includes(ecosystem),
    ecosystemsOf: (family) => feeds.filter((feed) => feed === family || feed.startsWith(`${family}:`)),
    severityOf: (cve) => severities[cve] ?? 'unknown',
  }
}

function madeAdvisory(item: Given): Advisory {
  const empty = { aliases: [], upstream: [], related: [], summary: null, references: [] }
  const detail = { ...empty, publishedAt: null, modifiedAt: null, ...item }
  const end = item.fixed === undefined ? [] : [{ kind: 'fixed' as const, version: item.fixed }]
  return {
    id: item.id,
    ecosystem: item.in,
    packageName: item.name,
    severity: item.severity ?? 'unknown',
    isUnimportant: item.isUnimportant ?? false,
    ranges: [{ type: 'ECOSYSTEM', events: item.events ?? [{ kind: 'introduced', version: '0' }, ...end] }],
    versions: item.versions ?? [],
    detail: () => detail,
  }
}

export function madePackage(
  type: string,
  name: string,
  version: string,
  more: Partial<SoftwarePackage> = {},
): SoftwarePackage {
  return {
    name,
    version,
    type,
    purl: `pkg:${type}/${name}@${encodeURIComponent(version)}`,
    architecture: null,
    source: null,
    licenses: [],
    locations: [{ path: '/x', layer: null }],
    layer: null,
    ...more,
  }
}

export function madeSystem(id: string, versionId: string | null): OperatingSystem {
  return { id, versionId, prettyName: null }
}
