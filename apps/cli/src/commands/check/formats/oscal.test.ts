// Against our own transcription of what the JSON schema of OSCAL 1.1.2 (oscal_assessment-results_schema.json) requires of the parts that are
// written: no package carries the schema. Unknown keys are refused there and here.
import type { CheckResult } from '@yagura/schema'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { CheckReport } from '../report.ts'
import { toOscal } from './oscal.ts'

const uuid = z
  .string()
  .regex(/^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$/)
const token = z.string().regex(/^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$/u)
const line = z.string().regex(/^\S(.*\S)?$/)
const dateTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
const reference = z.string().refine((text) => !/[\s<>"{}|\\^`]/.test(text))
const prop = z.strictObject({ name: token, ns: reference, value: line })
const observation = z.strictObject({
  uuid,
  title: z.string(),
  description: z.string(),
  props: z.array(prop).min(1),
  methods: z.array(z.enum(['EXAMINE', 'INTERVIEW', 'TEST', 'UNKNOWN'])).min(1),
  types: z.array(token).min(1),
  subjects: z.array(z.strictObject({ 'subject-uuid': uuid, type: token, title: z.string() })).min(1),
  'relevant-evidence': z
    .array(z.strictObject({ description: z.string() }))
    .min(1)
    .optional(),
  collected: dateTime,
})
const finding = z.strictObject({
  uuid,
  title: z.string(),
  description: z.string(),
  target: z.strictObject({
    type: z.enum(['statement-id', 'objective-id']),
    'target-id': token,
    status: z.strictObject({ state: z.enum(['satisfied', 'not-satisfied']) }),
  }),
  'related-observations': z.array(z.strictObject({ 'observation-uuid': uuid })).min(1),
})
const assessmentResults = z.strictObject({
  'assessment-results': z.strictObject({
    uuid,
    metadata: z.strictObject({ title: z.string(), 'last-modified': dateTime, version: line, 'oscal-version': line }),
    'import-ap': z.strictObject({ href: reference }),
    results: z
      .array(
        z.strictObject({
          uuid,
          title: z.string(),
          description: z.string(),
          start: dateTime,
          end: dateTime,
          'local-definitions': z
            .strictObject({
              components: z
                .array(
                  z.strictObject({
                    uuid,
                    type: line,
                    title: z.string(),
                    description: z.string(),
                    status: z.strictObject({
                      state: z.enum(['under-development', 'operational', 'disposition', 'other']),
                    }),
                  }),
                )
                .min(1),
            })
            .optional(),
          'reviewed-controls': z.strictObject({
            'control-selections': z
              .array(
                z.union([
                  z.strictObject({ 'include-all': z.strictObject({}) }),
                  z.strictObject({ 'include-controls': z.array(z.strictObject({ 'control-id': token })).min(1) }),
                ]),
              )
              .min(1),
          }),
          observations: z.array(observation).min(1).optional(),
          findings: z.array(finding).min(1).optional(),
        }),
      )
      .min(1),
  }),
})

const at = '2026-11-23T12:00:00.000Z'
function result(verdict: CheckResult['verdict'], more: Partial<CheckResult> = {}): CheckResult {
  return {
    check: 'PG-01',
    checkVersion: 1,
    title: { en: 'A title', ja: '題名' },
    controls: [{ framework: 'nsa-cisa', section: 'Network separation and hardening: secrets' }],
    target: 'middleware',
    severity: 'high',
    resource: 'shop db/postgresql',
    assetKey: null,
    verdict,
    message: { en: 'Found "a\nb"; expected c.' },
    evidence: [{ source: 'file', place: '/a b', value: 'x\ny', at }],
    remediation: { kind: 'text', place: null, before: null, after: 'Do it.' },
    observedAt: at,
    ...more,
  }
}
const report = (results: readonly CheckResult[], baseline: string | null = null): CheckReport => ({
  targets: ['middleware'],
  resource: '',
  startedAt: at,
  endedAt: at,
  toolVersion: '0.1.0',
  language: 'ja',
  baseline,
  results,
  problems: [],
})

test.each([
  ['nothing', []],
  ['every verdict', (['pass', 'fail', 'manual', 'not-applicable', 'error'] as const).map((one) => result(one))],
  ['no controls and no evidence', [result('fail', { controls: [], evidence: [], check: '1 <odd>' })]],
] as [string, CheckResult[]][])('%s fits the schema', (_, results) => {
  const parsed = assessmentResults.safeParse(JSON.parse(toOscal(report(results, 'our own "baseline"'))))
  expect(parsed.success ? '' : z.prettifyError(parsed.error)).toBe('')
})

test('identifiers are the same for the same content, and different for different', () => {
  const first = toOscal(report([result('fail')]))
  expect(toOscal(report([result('fail')]))).toBe(first)
  const ids = [...first.matchAll(/"uuid": "([^"]+)"/g)].map((match) => match[1])
  expect(new Set(ids).size).toBe(ids.length)
})
