// VEX statements in the database: found by every name of the vulnerability, and by the purl of the product.
import { hash } from 'node:crypto'
import { type Purl, purlCovers, readPurl } from '@yagura/versions/purl'
import type { Table } from '../database/table-read.ts'
import type { VexStatement, VexStatus } from '../enrichment.ts'
import type { FeedContext } from '../sources/feed.ts'

const MAX_ID_LENGTH = 256

export function putStatement({ put, putText }: Pick<FeedContext, 'put' | 'putText'>, statement: VexStatement): void {
  const text = JSON.stringify(statement)
  const digest = hash('sha256', text, 'hex').slice(0, 24)
  for (const id of new Set([statement.vulnerability, ...statement.aliases])) {
    if (id === '' || id.length > MAX_ID_LENGTH || id.includes('\0')) continue
    const key = `${id}\0${digest}`
    putText('vex', key, text)
    if (id !== statement.vulnerability) continue
    for (const purl of purlsOf(statement)) put('vex-products', `${purl}\0${key}`, 0)
  }
}

/** Keys of products and of their parts. */
function purlsOf({ products }: VexStatement): Set<string> {
  const texts = products.flatMap(({ purl, subcomponents }) => [purl ?? '', ...subcomponents])
  return new Set(texts.flatMap((text) => keyOf(readPurl(text)) ?? []).filter((key) => !key.includes('\0')))
}

/** Type, namespace and name: `pkg:deb/debian/openssl`. */
function keyOf(purl: Purl | undefined): string | undefined {
  return purl && ['pkg:', purl.type, '/', purl.namespace ? `${purl.namespace}/` : '', purl.name].join('')
}

export interface VexQuery {
  /** CVE, or another name of the vulnerability. */
  readonly vulnerability?: string
  /** The package, or the image: statements about it, its whole or its part. */
  readonly purl?: string
}

/** Newest first; of the same time, the one that asks for more caution first. Without any condition nothing is found. */
export function findStatements(
  vex: Table,
  products: Table,
  { vulnerability, purl }: VexQuery,
): readonly VexStatement[] {
  const found =
    vulnerability !== undefined
      ? vex.startingWith(`${vulnerability}\0`).map(([, value]) => value as VexStatement)
      : purl !== undefined
        ? statementsAbout(vex, products, purl)
        : []
  return found
    .filter((statement) => purl === undefined || isAbout(statement, purl))
    .toSorted((a, b) => compare(b.statedAt ?? '', a.statedAt ?? '') || CAUTION[a.status] - CAUTION[b.status])
}

function statementsAbout(vex: Table, products: Table, purl: string): VexStatement[] {
  const prefix = `${keyOf(readPurl(purl)) ?? purl}\0`
  return products
    .startingWith(prefix)
    .flatMap(([key]) => (vex.get(key.slice(prefix.length)) as VexStatement | undefined) ?? [])
}

function isAbout({ products }: VexStatement, purl: string): boolean {
  const item = readPurl(purl)
  if (!item) return false
  return products.some((product) =>
    [product.purl ?? '', ...product.subcomponents].some((text) => {
      const said = readPurl(text)
      return said !== undefined && purlCovers(said, item)
    }),
  )
}

const CAUTION: Readonly<Record<VexStatus, number>> = {
  affected: 0,
  under_investigation: 1,
  fixed: 2,
  not_affected: 3,
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
