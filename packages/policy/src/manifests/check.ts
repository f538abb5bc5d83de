// Manifests against the checks of content/checks/kubernetes: a result for every check and every object it is for, with what was found where.
import { type CelProgram, type CelValue, celFromJson, createRun, evaluateCel } from '@yagura/lang/cel'
import type { CheckEvidence, CheckResult, LocalisedText } from '@yagura/schema'
import { at, type Fields, fields, isFields, listAt, textAt, unwrapLists } from '../document.ts'
import type { PodSecurityLevel } from '../pod-security/control.ts'
import { checkPodSecurity, controlsOf, LATEST_MINOR, type PodSecurityResult } from '../pod-security/evaluate.ts'
import { customKinds } from '../resource/kinds.ts'
import { CONTAINERS, malformedPod, podOf } from '../resource/pod.ts'
import { toolOf } from '../set-aside.ts'
import { clusterValue, placed, type Selectors, selectorsOf } from './cluster.ts'
import type { CompiledCheck, ManifestCheck } from './record.ts'

export interface CheckManifestsOptions {
  readonly checks: readonly CompiledCheck[]
  /** A framework of the controls, pss-baseline, pss-restricted, a check's id or a pattern of ids with a star at its end; all where it is left out. */
  readonly profile?: string
  /** Minor version of Kubernetes 1.x, for the Pod Security Standards. */
  readonly minor?: number
  /** RFC 3339, of this run. */
  readonly observedAt: string
  /** Where a document stands, for the evidence. */
  readonly placeOf?: (document: unknown) => string | undefined
}

const MAX_EVIDENCE = 32
const MAX_TEXT = 1000

interface Subject {
  readonly object: Fields
  readonly title: string
  readonly place: string | undefined
  readonly values: ReadonlyMap<string, CelValue>
  readonly pod: { readonly path: string; readonly containers: readonly Part[] } | undefined
  /** Where its pod is not shaped as a pod is. */
  readonly malformed: string | undefined
  /** Levels are judged once for all controls. */
  readonly podSecurity: (level: PodSecurityLevel) => readonly PodSecurityResult[] | undefined
}

interface Part {
  readonly path: string
  readonly values: ReadonlyMap<string, CelValue>
}

/** Checks of a profile. */
export function checksOf(
  checks: readonly CompiledCheck[],
  profile: string | undefined,
  minor = LATEST_MINOR,
): CompiledCheck[] {
  if (profile === undefined || profile === 'all')
    return checks.filter(({ check }) => check.rule.scope !== 'pod-security')
  if (profile === 'pss-baseline' || profile === 'pss-restricted') {
    const level = profile === 'pss-baseline' ? 'baseline' : 'restricted'
    const controls = new Set(controlsOf(level, minor).map(({ id }) => id))
    return checks.filter(({ check: { rule } }) => rule.scope === 'pod-security' && controls.has(rule.control))
  }
  const pattern = profile.endsWith('*') ? profile.slice(0, -1) : undefined
  return checks.filter(
    ({ check }) =>
      check.id === profile ||
      (pattern !== undefined && check.id.startsWith(pattern)) ||
      (check.rule.scope !== 'pod-security' && check.controls.some(({ framework }) => framework === profile)),
  )
}

export function checkManifests(documents: readonly unknown[], options: CheckManifestsOptions): CheckResult[] {
  const { profile, minor = LATEST_MINOR, placeOf = () => undefined } = options
  const unwrapped = unwrapLists(documents)
  const custom = customKinds(unwrapped)
  const objects = unwrapped
    .filter(isFields)
    .filter(({ apiVersion, kind }) => typeof apiVersion === 'string' && typeof kind === 'string')
    .filter((object) => toolOf(object) === undefined)
    .map((document) => ({ document, object: placed(document, custom) }))
  const cluster = clusterValue(objects.map(({ object }) => object))
  const selectors = selectorsOf(objects.map(({ object }) => object))
  const chosen = checksOf(options.checks, profile, minor)
  const level = profile === 'pss-baseline' ? 'baseline' : 'restricted'
  return objects.flatMap(({ document, object }) => {
    const subject = subjectOf(object, placeOf(document), { cluster, selectors, minor })
    return chosen.flatMap((check) => {
      const found = judge(check, subject, level)
      return found ? [resultOf(check.check, subject, found, options.observedAt)] : []
    })
  })
}

interface Surroundings {
  readonly cluster: CelValue
  readonly selectors: Selectors
  readonly minor: number
}

function subjectOf(object: Fields, place: string | undefined, { cluster, selectors, minor }: Surroundings): Subject {
  const name = textAt(object, 'metadata', 'name') ?? textAt(object, 'metadata', 'generateName') ?? ''
  const namespace = textAt(object, 'metadata', 'namespace')
  const template = podOf(object)
  const values = new Map<string, CelValue>([
    ['object', celFromJson(object)],
    ['cluster', cluster],
  ])
  if (template) {
    values.set('pod', celFromJson({ metadata: template.metadata, spec: template.spec }))
    values.set('containers', celFromJson(containersOf(template.spec).map(({ container }) => container)))
    values.set('selectedBy', selectors.of(namespace ?? '', template))
  }
  const levels = new Map<PodSecurityLevel, readonly PodSecurityResult[] | undefined>()
  return {
    object,
    title: [String(object.kind), ...(namespace === undefined ? [] : [namespace]), name].join('/'),
    place,
    values,
    malformed: malformedPod(object),
    pod: template && {
      path: [...template.path, 'spec'].join('.'),
      containers: containersOf(template.spec).map(({ path, container }) => ({
        path: [...template.path, 'spec', path].join('.'),
        values: new Map([...values, ['container', celFromJson(container)] as const]),
      })),
    },
    podSecurity(level) {
      if (!levels.has(level)) levels.set(level, checkPodSecurity(object, level, minor))
      return levels.get(level)
    },
  }
}

function containersOf(spec: Fields): { path: string; container: Fields }[] {
  return CONTAINERS.flatMap((field) =>
    listAt(spec, field).map((container, index) => ({ path: `${field}[${index}]`, container: fields(container) })),
  )
}

interface Found {
  readonly verdict: 'pass' | 'fail' | 'error'
  /** What breaks it; of a pass what was looked at. */
  readonly places: readonly { readonly place: string; readonly value: string | null }[]
}

/** undefined: the check is not for this object. */
function judge(compiled: CompiledCheck, subject: Subject, level: PodSecurityLevel): Found | undefined {
  const { rule } = compiled.check
  if (subject.malformed !== undefined && rule.scope !== 'object')
    return {
      verdict: 'error',
      places: [{ place: subject.malformed, value: 'this is no pod: nothing can be said of it' }],
    }
  switch (rule.scope) {
    case 'pod-security': {
      const result = subject.podSecurity(level)?.find(({ control }) => control === rule.control)
      if (!result) return undefined
      const places = result.verdict === 'pass' ? [subject.pod?.path || 'spec'] : result.violations
      return { verdict: result.verdict, places: places.map((place) => ({ place, value: null })) }
    }
    case 'object':
      if (!rule.kinds.includes(String(subject.object.kind))) return undefined
      return judgePart(compiled, { path: '', values: subject.values }, subject, rule.path)
    case 'pod':
      return subject.pod && judgePart(compiled, { path: subject.pod.path, values: subject.values }, subject, rule.path)
    case 'container': {
      const found = (subject.pod?.containers ?? []).flatMap(
        (part) => judgePart(compiled, part, subject, rule.path) ?? [],
      )
      if (found.length === 0) return undefined
      const verdict = (['fail', 'error'] as const).find((one) => found.some((part) => part.verdict === one)) ?? 'pass'
      return {
        verdict,
        places: found.filter((part) => verdict === 'pass' || part.verdict !== 'pass').flatMap(({ places }) => places),
      }
    }
  }
}

function judgePart({ when, expression }: CompiledCheck, part: Part, subject: Subject, path: string): Found | undefined {
  const place = [part.path, path].filter((one) => one !== '').join('.') || 'metadata'
  const concerned = when ? ask(when, part) : true
  if (concerned === false) return undefined
  const answer = concerned === true && expression ? ask(expression, part) : concerned
  if (answer === true) return { verdict: 'pass', places: [{ place, value: valueAt(subject.object, place) }] }
  if (typeof answer === 'string') return { verdict: 'error', places: [{ place, value: answer }] }
  return { verdict: 'fail', places: [{ place, value: valueAt(subject.object, place) }] }
}

function ask(program: CelProgram, { values }: Part): boolean | string {
  const result = evaluateCel(program, createRun(values))
  if (!result.ok) return result.error.message
  return typeof result.value === 'boolean' ? result.value : 'the check has no answer'
}

/** As found; null where it is not set. Values of environment variables may be secrets and are not shown. */
function valueAt(object: Fields, place: string): string | null {
  if (/\benv\b|\bdata\b|\bstringData\b/.test(place)) return null
  const path = place.split('.').flatMap((part) => {
    const [, name = part, index] = /^(.*)\[(\d+)\]$/.exec(part) ?? []
    return index === undefined ? [name] : [name, Number(index)]
  })
  let value: unknown = object
  for (const part of path)
    value = typeof part === 'number' ? (Array.isArray(value) ? value[part] : undefined) : at(value, part)
  return value === undefined || (typeof value === 'object' && value !== null) ? null : JSON.stringify(value)
}

function resultOf(check: ManifestCheck, subject: Subject, found: Found, observedAt: string): CheckResult {
  const places = found.places.slice(0, MAX_EVIDENCE)
  return {
    check: check.id,
    checkVersion: check.version,
    title: check.title,
    why: check.why,
    fix: check.fix,
    controls: check.controls,
    target: 'manifest',
    severity: check.severity,
    resource: subject.title.slice(0, 256),
    assetKey: null,
    verdict: found.verdict,
    message: message(check.title, found.verdict === 'pass' ? [] : places.map(({ place }) => place)),
    evidence: places.map(
      ({ place, value }): CheckEvidence => ({
        source: 'manifest',
        place: [subject.place, place].filter(Boolean).join(': ').slice(0, MAX_TEXT),
        value,
        at: observedAt,
      }),
    ),
    remediation: remediationOf(check, found),
    observedAt,
  }
}

function message(title: LocalisedText, places: readonly string[]): LocalisedText {
  if (places.length === 0) return title
  const where = places.slice(0, 5).join(', ').slice(0, MAX_TEXT)
  return {
    en: `${title.en}: ${where}`,
    ...(title.ja === undefined ? {} : { ja: `${title.ja}: ${where}` }),
    ...(title.zh === undefined ? {} : { zh: `${title.zh}：${where}` }),
  }
}

function remediationOf({ rule, fix }: ManifestCheck, { verdict, places }: Found): CheckResult['remediation'] {
  if (verdict !== 'fail') return null
  const place = places[0]?.place ?? null
  if (rule.scope !== 'pod-security' && rule.patch !== undefined)
    return { kind: 'patch', place, before: places[0]?.value ?? null, after: rule.patch }
  return { kind: 'text', place, before: null, after: fix.en }
}
