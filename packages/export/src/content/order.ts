// What is worst comes first; among equals the order is that of the alphabet, so that documents do not change without reason.
import type { ScanReport, VulnerabilityFinding } from '@yagura/schema'
import { type Severity, severityRank } from '@yagura/schema/severities'

export function worstFirst<T extends { readonly severity: Severity }>(
  items: readonly T[],
  name: (item: T) => string,
): T[] {
  return items
    .map((item) => ({ item, name: name(item) }))
    .sort((a, b) => severityRank(b.item.severity) - severityRank(a.item.severity) || compareText(a.name, b.name))
    .map(({ item }) => item)
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Not a problem of this image: fixed, never affected, or nothing that advisories speak of. */
export function isHarmless({ status }: Pick<VulnerabilityFinding, 'status'>): boolean {
  return status === 'fixed' || status === 'not-affected' || status === 'not-covered'
}

export function findingName({ id, package: name, version }: VulnerabilityFinding): string {
  return `${id} ${name} ${version}`
}

/** The target as its reader knows it. */
export function titleOf({ target, image }: ScanReport): string {
  return image.names[0] ?? target
}
