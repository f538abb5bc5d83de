// End of life of a release: from the id of os-release, or the name of a product, and a version.
import type { EndOfLife, ReleaseSupport } from '../enrichment.ts'
import type { Table } from './table-read.ts'

/** ID of os-release(5) → name at endoflife.date, where they differ. */
const PRODUCTS: Readonly<Record<string, string>> = {
  alpine: 'alpine-linux',
  amzn: 'amazon-linux',
  ol: 'oracle-linux',
  'opensuse-leap': 'opensuse',
  rocky: 'rocky-linux',
  'sle-micro': 'sles',
  sle_hpc: 'sles',
  sles_sap: 'sles',
}

/** 12.13 is of release 12, 3.18.9 of 3.18: the longest that fits. undefined where neither product nor release is known. */
export function findEndOfLife(table: Table, osId: string, versionId: string, nowMs: number): EndOfLife | undefined {
  const product = Object.hasOwn(PRODUCTS, osId) ? (PRODUCTS[osId] ?? osId) : osId
  for (let release = versionId.replace(/^v/, ''); release !== ''; release = shorter(release)) {
    const found = table.get(`${product}\0${release}`) as ReleaseSupport | undefined
    if (!found) continue
    const { endsOn, hasEnded, latest } = found
    return { product, release, endsOn, isEnded: hasEnded || (endsOn !== null && isOver(endsOn, nowMs)), latest }
  }
  return undefined
}

function shorter(version: string): string {
  return version.slice(0, Math.max(0, Math.max(version.lastIndexOf('.'), version.lastIndexOf('-'))))
}

/** The last day counts, wherever on earth it is. */
function isOver(day: string, nowMs: number): boolean {
  return nowMs >= Date.parse(`${day}T00:00:00Z`) + 36 * 3600 * 1000
}
