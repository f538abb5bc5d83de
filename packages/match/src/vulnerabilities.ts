// Several advisories, one vulnerability: records of GO, GHSA, PYSEC and CVE that are aliases become one, and an advisory
// of a distribution that carries several CVEs becomes one for each of them.
import type { Advisory, AdvisoryDetail } from '@yagura/advisories'
import type { Verdict } from '@yagura/versions'

export interface Judged {
  readonly advisory: Advisory
  readonly detail: AdvisoryDetail
  readonly verdict: Verdict
}

export interface Vulnerability {
  /** CVE where there is one, else the id of an advisory. */
  readonly id: string
  readonly aliases: readonly string[]
  readonly judged: readonly Judged[]
}

interface Group {
  readonly ids: ReadonlySet<string>
  readonly judged: readonly Judged[]
}

/** `carriesRelated`: the feeds are of distributions that name the CVEs of an advisory as `related`. */
export function groupByVulnerability(all: readonly Judged[], carriesRelated = false): Vulnerability[] {
  const groupOf = new Map<string, Group>()
  for (const judged of all)
    for (const ids of vulnerabilitiesOf(judged, carriesRelated)) {
      const joined = [...new Set(ids.flatMap((id) => groupOf.get(id) ?? []))]
      const group: Group = {
        ids: new Set([...joined.flatMap((other) => [...other.ids]), ...ids]),
        judged: [...new Set([...joined.flatMap((other) => other.judged), judged])],
      }
      for (const id of group.ids) groupOf.set(id, group)
    }
  return [...new Set(groupOf.values())].map(vulnerability).sort((a, b) => compareIds(a.id, b.id))
}

/** The vulnerabilities of an advisory, each as all of its names. */
function vulnerabilitiesOf({ advisory, detail }: Judged, carriesRelated: boolean): string[][] {
  const cves = detail.upstream.filter(isCve)
  const carried =
    cves.length > 0 ? cves : carriesRelated ? [...detail.upstream, ...detail.related.filter(isCve)] : detail.upstream
  if (carriesRelated && carried.length === 0 && isMaintenance(advisory.id)) return []
  if (carried.length > 1) return carried.map((id) => [id])
  return [[advisory.id, ...detail.aliases, ...carried]]
}

/** ALBA, RHEA …: bug fixes and enhancements, which are no vulnerabilities. */
function isMaintenance(id: string): boolean {
  return /^[A-Z]{2}[BE]A-/.test(id)
}

function vulnerability({ ids, judged }: Group): Vulnerability {
  const advisories = judged.map(({ advisory }) => advisory.id).sort(compareIds)
  const names = [...new Set([...ids, ...advisories])].sort(compareIds)
  const id = names.find(isCve) ?? advisories[0] ?? ''
  return { id, aliases: names.filter((name) => name !== id), judged }
}

let collator: Intl.Collator | undefined

/** CVE-2020-9999 before CVE-2020-10000. */
function compareIds(a: string, b: string): number {
  // made where there is something to compare: it takes as long as all the rest of a short run
  collator ??= new Intl.Collator('en', { numeric: true })
  return collator.compare(a, b)
}

function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/.test(id)
}
