// Several advisories, one vulnerability: records of GO, GHSA, PYSEC and CVE that are aliases become one, and an advisory
// of a distribution that carries several CVEs becomes one for each of them.
import { type Advisory, type AdvisoryDetail, isCve } from '@yagura/advisories'
import type { Verdict } from './range.ts'

export interface Judged {
  readonly advisory: Advisory
  readonly detail: AdvisoryDetail
  readonly verdict: Exclude<Verdict, { kind: 'not-affected' }>
}

export interface Vulnerability {
  /** CVE where there is one, else the id of an advisory. */
  readonly id: string
  readonly aliases: readonly string[]
  readonly judged: readonly Judged[]
}

interface Group {
  ids: Set<string>
  judged: Judged[]
}

export function groupByVulnerability(all: readonly Judged[]): Vulnerability[] {
  const groupOf = new Map<string, Group>()
  for (const judged of all)
    for (const ids of vulnerabilitiesOf(judged)) {
      const group: Group = { ids: new Set(ids), judged: [judged] }
      for (const other of new Set(ids.flatMap((id) => groupOf.get(id) ?? []))) {
        for (const id of other.ids) group.ids.add(id)
        group.judged = [...other.judged, ...group.judged]
      }
      for (const id of group.ids) groupOf.set(id, group)
    }
  return [...new Set(groupOf.values())].map(vulnerability).sort((a, b) => compareIds(a.id, b.id))
}

/** The vulnerabilities of an advisory, each as all of its names. */
function vulnerabilitiesOf({ advisory, detail }: Judged): string[][] {
  const cves = detail.upstream.filter(isCve)
  const carried = cves.length > 0 ? cves : detail.upstream
  if (carried.length > 1) return carried.map((id) => [id])
  return [[advisory.id, ...detail.aliases, ...detail.upstream]]
}

function vulnerability({ ids, judged }: Group): Vulnerability {
  const sorted = [...ids].sort(compareIds)
  const id = sorted.find(isCve) ?? judged[0]?.advisory.id ?? ''
  const aliases = new Set([...sorted, ...judged.map(({ advisory }) => advisory.id)])
  aliases.delete(id)
  return { id, aliases: [...aliases], judged: [...new Set(judged)] }
}

/** CVE-2020-9999 before CVE-2020-10000. */
function compareIds(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
