// "Who has openssl below 3.0.11?" The database finds the packages of that name and the versions they have; each version is
// compared once, by the rules of its kind of package, and the list goes on in the database with the answers.
// What cannot be compared is in the list and says so: it may be what was asked for.
import { YaguraError } from '@yagura/kernel'
import { compareVersions, isVersion, type SchemeName } from '@yagura/versions'
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../store.ts'

export interface VersionQuestion {
  /** Of the package, or of its source package. */
  readonly name?: string | undefined
  readonly below?: string | undefined
  readonly atLeast?: string | undefined
}

export type VersionVerdict = 'within' | 'undetermined'

/** Different versions of one name in one fleet; above this the question is refused, never answered in part. */
const MOST_VERSIONS = 20_000

/** purl type → scheme. Types without one have versions that nobody can put in order. */
const SCHEMES: Readonly<Record<string, SchemeName>> = {
  apk: 'apk',
  bitnami: 'go',
  cargo: 'semver',
  composer: 'composer',
  conan: 'conan',
  deb: 'dpkg',
  gem: 'gem',
  generic: 'go',
  golang: 'go',
  hex: 'hex',
  maven: 'maven',
  npm: 'npm',
  nuget: 'nuget',
  pub: 'semver',
  pypi: 'pep440',
  rpm: 'rpm',
  swift: 'semver',
}

/** The version that goes with the name asked for: a source package may have another than what is built from it. */
function comparedVersion(name: string): RawBuilder<unknown> {
  return sql`case when p.name = ${name} then p.version else coalesce(nullif(p.source->>'version', ''), p.version) end`
}

export function isNamed(name: string): RawBuilder<unknown> {
  return sql`(p.name = ${name} or p.source->>'name' = ${name})`
}

export interface AnsweredVersions {
  /** To join to `packages p`; `v.verdict` is the answer. */
  readonly join: RawBuilder<unknown>
}

/** Null where the question names no version. */
export async function answerVersions(
  tx: Tx,
  question: VersionQuestion,
  scope: RawBuilder<unknown>,
): Promise<AnsweredVersions | null> {
  const { name, below, atLeast } = question
  if (!below && !atLeast) return null
  if (!name)
    throw new YaguraError('USAGE', 'Versions are compared within packages of one name.', {
      hint: 'Send `name` beside `below` and `atLeast`.',
    })
  const compared = comparedVersion(name)
  const { rows } = await sql<{ type: string; version: string }>`
    select distinct p.type, ${compared} as version from packages p join assets a on a.id = p.image_id
    where ${isNamed(name)} and ${scope} limit ${sql.lit(MOST_VERSIONS + 1)}`.execute(tx)
  if (rows.length > MOST_VERSIONS)
    throw new YaguraError('USAGE', `More than ${MOST_VERSIONS} versions have this name.`, { hint: 'Choose one image.' })
  const answers = rows.flatMap(({ type, version }) => {
    const verdict = judgeVersion(type, version, question)
    return verdict ? [{ type, version, verdict }] : []
  })
  return {
    join: sql`join jsonb_to_recordset(${JSON.stringify(answers)}::jsonb) as v(type text, version text, verdict text)
      on v.type = p.type and v.version = ${compared}`,
  }
}

/** Null for a version that is out of the range. */
export function judgeVersion(
  type: string,
  version: string,
  { below, atLeast }: VersionQuestion,
): VersionVerdict | null {
  const scheme = Object.hasOwn(SCHEMES, type) ? SCHEMES[type] : undefined
  if (!scheme) return 'undetermined'
  const toBelow = below ? placeOf(scheme, version, below) : -1
  const toAtLeast = atLeast ? placeOf(scheme, version, atLeast) : 1
  if ((toBelow !== undefined && toBelow >= 0) || (toAtLeast !== undefined && toAtLeast < 0)) return null
  return toBelow === undefined || toAtLeast === undefined ? 'undetermined' : 'within'
}

/** An epoch is the vendor's own count. Who asks for "below 1.3" means zlib 1:1.2.13 as well, unless the question has one. */
function placeOf(scheme: SchemeName, version: string, asked: string): -1 | 0 | 1 | undefined {
  const leavesEpochAside = (scheme === 'dpkg' || scheme === 'rpm') && !asked.includes(':')
  const compared = leavesEpochAside ? version.replace(/^\d+:/, '') : version
  const order = compareVersions(scheme, compared, isVersion(scheme, asked) ? asked : completed(asked))
  return order.ok ? order.value : undefined
}

/** Semantic versions have three numbers; people say "below 3" or "below 3.1". */
function completed(asked: string): string {
  const [whole, minor] = /^\d+(\.\d+)?$/.exec(asked) ?? []
  return whole === undefined ? asked : `${whole}${minor === undefined ? '.0.0' : '.0'}`
}

/** -1 where `a` is older; undefined where that cannot be said. */
export function orderOfVersions(type: string, a: string, b: string): -1 | 0 | 1 | undefined {
  const scheme = Object.hasOwn(SCHEMES, type) ? SCHEMES[type] : undefined
  const order = scheme && compareVersions(scheme, a, b)
  return order?.ok ? order.value : undefined
}
