// Is a version affected? The evaluation algorithm of the OSV schema (ossf.github.io/osv-schema, "Evaluation").
import { compareVersions, isVersion, type SchemeName } from './compare.ts'

export interface RangeEvent {
  /** `introduced` and `lastAffected` are inclusive, `fixed` and `limit` exclusive. */
  readonly kind: 'introduced' | 'fixed' | 'lastAffected' | 'limit'
  readonly version: string
}

export interface VersionRange {
  /** SEMVER: Semantic Versioning; ECOSYSTEM: the rules of the ecosystem's own packages. */
  readonly type: 'SEMVER' | 'ECOSYSTEM'
  readonly events: readonly RangeEvent[]
}

export interface AffectedVersions {
  readonly ranges: readonly VersionRange[]
  /** Versions listed one by one: they count beside the ranges. */
  readonly versions: readonly string[]
}

export type Verdict =
  | { readonly kind: 'affected'; readonly cause: Cause; readonly fixedIn: readonly string[] }
  | { readonly kind: 'not-affected'; readonly cause: NoCause }
  /** `unreadable`: the version that the scheme cannot read, of the package or of the advisory. */
  | { readonly kind: 'undetermined'; readonly unreadable: string; readonly fixedIn: readonly string[] }

export type Cause =
  | { readonly kind: 'listed' }
  | { readonly kind: 'before-fix'; readonly version: string }
  | { readonly kind: 'up-to'; readonly version: string }
  | { readonly kind: 'no-fix' }

/** Why a version is not affected. `never`: fixed in "0", which is how a vendor says that no version of it was. */
export type NoCause =
  | { readonly kind: 'fixed'; readonly version: string }
  | { readonly kind: 'after-last'; readonly version: string }
  | { readonly kind: 'before-first'; readonly version: string }
  | { readonly kind: 'never' }
  | { readonly kind: 'not-listed' }

/** Schemes that read all that Semantic Versioning does, and more: `v1.2`, `1.21rc2`. */
const SEMANTIC: readonly SchemeName[] = ['go', 'hex', 'npm', 'semver']
const NOT_LISTED: Verdict = { kind: 'not-affected', cause: { kind: 'not-listed' } }

/** `scheme` is that of the ecosystem; ranges of type SEMVER bring their own, unless it reads semantic versions itself. */
export function judge(affects: AffectedVersions, version: string, scheme: SchemeName): Verdict {
  const verdicts = affects.ranges.map((range) =>
    judgeRange(range, version, range.type === 'SEMVER' && !SEMANTIC.includes(scheme) ? 'semver' : scheme),
  )
  const affected = verdicts.filter((verdict) => verdict.kind === 'affected')
  const [first] = affected
  if (first) return { ...first, fixedIn: affected.flatMap((verdict) => verdict.fixedIn) }
  if (isListed(affects.versions, version, scheme)) return { kind: 'affected', cause: { kind: 'listed' }, fixedIn: [] }
  const telling = verdicts.find((verdict) => verdict.kind === 'undetermined') ?? verdicts.find(isFixed) ?? verdicts[0]
  return telling ?? NOT_LISTED
}

/** 1.0 is 1.0.0 where the ecosystem says so; what it cannot read is listed by its letters. */
function isListed(versions: readonly string[], version: string, scheme: SchemeName): boolean {
  return versions.includes(version) || versions.some((listed) => placeOf(version, listed, scheme) === 0)
}

function isFixed(verdict: Verdict): boolean {
  return verdict.kind === 'not-affected' && verdict.cause.kind === 'fixed'
}

interface PlacedEvent {
  readonly event: RangeEvent
  /** Place in the record. */
  readonly index: number
  /** The package's version against that of the event: -1 where the package is older. */
  readonly order: -1 | 0 | 1
}

function judgeRange(range: VersionRange, version: string, scheme: SchemeName): Verdict {
  const placed: PlacedEvent[] = []
  for (const [index, event] of range.events.entries()) {
    const order = isZero(event) ? 1 : placeOf(version, event.version, scheme)
    if (order === undefined) return undetermined(range, version, event, scheme)
    placed.push({ event, index, order })
  }
  const limits = placed.filter(({ event }) => event.kind === 'limit')
  if (limits.length > 0 && !limits.some(({ order }) => order < 0)) return NOT_LISTED

  const events = placed
    .filter(({ event }) => event.kind !== 'limit')
    .sort((a, b) => compareEvents(a.event, b.event, scheme) || compareAtOneVersion(a, b))
  let isAffected = false
  for (const { event, order } of events) {
    if (event.kind === 'introduced' && order >= 0) isAffected = true
    if (event.kind === 'fixed' && order >= 0) isAffected = false
    if (event.kind === 'lastAffected' && order > 0) isAffected = false
  }
  if (!isAffected) return { kind: 'not-affected', cause: noCauseOf(events) }
  const ahead = events.filter(({ event, order }) => event.kind !== 'introduced' && order <= 0).map(({ event }) => event)
  return { kind: 'affected', cause: causeOf(ahead[0]), fixedIn: fixesOf(ahead) }
}

/** "0" comes before every version, also where the scheme cannot read it. */
function isZero(event: RangeEvent): boolean {
  return event.version === '0'
}

function placeOf(version: string, other: string, scheme: SchemeName): -1 | 0 | 1 | undefined {
  const order = compareVersions(scheme, version, other)
  return order.ok ? order.value : undefined
}

function undetermined(range: VersionRange, version: string, event: RangeEvent, scheme: SchemeName): Verdict {
  const unreadable = isVersion(scheme, event.version) ? version : event.version
  return { kind: 'undetermined', unreadable, fixedIn: fixesOf(range.events) }
}

function fixesOf(events: readonly RangeEvent[]): string[] {
  return events.filter((event) => event.kind === 'fixed' && !isZero(event)).map((event) => event.version)
}

function causeOf(next: RangeEvent | undefined): Cause {
  if (!next) return { kind: 'no-fix' }
  return { kind: next.kind === 'fixed' ? 'before-fix' : 'up-to', version: next.version }
}

/** `events` in order: the last one that the version has passed says why, else the first that it has not reached. */
function noCauseOf(events: readonly PlacedEvent[]): NoCause {
  const passed = events.findLast(({ event, order }) => event.kind !== 'introduced' && order >= 0)?.event
  if (!passed) {
    const first = events.find(({ event }) => event.kind === 'introduced')?.event
    return first ? { kind: 'before-first', version: first.version } : { kind: 'not-listed' }
  }
  if (isZero(passed)) return { kind: 'never' }
  return { kind: passed.kind === 'fixed' ? 'fixed' : 'after-last', version: passed.version }
}

/**
 * Where one stretch ends and another begins at the same version, the version is affected, in whatever order a record has them
 * (PYSEC-2022-42972). Only an introduction that its own fix follows at once is an empty stretch (RUSTSEC-2024-0399).
 */
function compareAtOneVersion(a: PlacedEvent, b: PlacedEvent): number {
  const isEmpty = Math.abs(a.index - b.index) === 1 && (a.index < b.index ? a : b).event.kind === 'introduced'
  if (isEmpty || a.event.kind === b.event.kind) return a.index - b.index
  if (a.event.kind === 'fixed') return -1
  return b.event.kind === 'fixed' ? 1 : a.index - b.index
}

function compareEvents(a: RangeEvent, b: RangeEvent, scheme: SchemeName): number {
  if (a.version === b.version) return 0
  if (isZero(a)) return -1
  if (isZero(b)) return 1
  return placeOf(a.version, b.version, scheme) ?? 0
}
