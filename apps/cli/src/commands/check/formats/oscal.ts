// `--format oscal`: assessment results of OSCAL 1.1.2 (pages.nist.gov/OSCAL-Reference, assessment-results), of the essential fields: an
// observation for each result with its evidence, a finding for each that fails. Identifiers are the same for the same content.
import { createHash } from 'node:crypto'
import type { CheckResult } from '@yagura/schema'
import { type CheckReport, remediationText, textOf, titleOf } from '../report.ts'

export function toOscal(report: CheckReport): string {
  const { results, startedAt, endedAt, toolVersion, language, baseline, resource } = report
  const scope = `${resource}|${startedAt}`
  const subjects = [...new Set(results.map((result) => result.resource))]
  const controls = [...new Set(results.flatMap((result) => result.controls.map(controlId)))].sort()
  const document = {
    'assessment-results': {
      uuid: uuidOf(`report|${scope}`),
      metadata: {
        title: `Yagura: ${report.targets.join(', ')}`,
        'last-modified': endedAt,
        version: toolVersion,
        'oscal-version': '1.1.2',
      },
      'import-ap': { href: `#${encodeURIComponent(baseline ?? 'all-checks')}` },
      results: [
        {
          uuid: uuidOf(`result|${scope}`),
          title: baseline ?? 'All checks',
          description: `Checks of ${report.targets.join(', ')} on ${resource || 'this machine'}.`,
          start: startedAt,
          end: endedAt,
          ...(subjects.length > 0 ? { 'local-definitions': { components: subjects.map(component) } } : {}),
          'reviewed-controls': {
            'control-selections': [
              controls.length === 0
                ? { 'include-all': {} }
                : { 'include-controls': controls.map((id) => ({ 'control-id': id })) },
            ],
          },
          ...(results.length > 0 ? { observations: results.map((result) => observation(result, language)) } : {}),
          ...(results.some(({ verdict }) => verdict === 'fail')
            ? { findings: results.filter(({ verdict }) => verdict === 'fail').map((one) => finding(one, language)) }
            : {}),
        },
      ],
    },
  }
  return `${JSON.stringify(document, null, 1)}\n`
}

function component(subject: string) {
  return {
    uuid: uuidOf(`component|${subject}`),
    type: 'software',
    title: subject,
    description: subject,
    status: { state: 'operational' },
  }
}

function observation(result: CheckResult, language: CheckReport['language']) {
  const { check, resource, verdict, severity, evidence, observedAt } = result
  return {
    uuid: observationId(result),
    title: titleOf(result, language),
    description: textOf(result.message, language) || check,
    props: [
      { name: 'check', ns: 'urn:yagura', value: check },
      { name: 'verdict', ns: 'urn:yagura', value: verdict },
      { name: 'severity', ns: 'urn:yagura', value: severity },
    ],
    methods: [verdict === 'manual' ? 'EXAMINE' : 'TEST'],
    types: ['control-objective'],
    subjects: [{ 'subject-uuid': uuidOf(`component|${resource}`), type: 'component', title: resource }],
    ...(evidence.length > 0
      ? {
          'relevant-evidence': evidence.map(({ source, place, value }) => ({
            description: `${source}: ${place}${value === null ? '' : ` = ${value}`}`,
          })),
        }
      : {}),
    collected: observedAt,
  }
}

function finding(result: CheckResult, language: CheckReport['language']) {
  const { check, resource, remediation } = result
  const title = titleOf(result, language)
  return {
    uuid: uuidOf(`finding|${check}|${resource}`),
    title,
    description: remediation ? `${title}\n\n${remediationText(result, language)}` : title,
    target: { type: 'objective-id', 'target-id': tokenOf(check), status: { state: 'not-satisfied' } },
    'related-observations': [{ 'observation-uuid': observationId(result) }],
  }
}

function observationId({ check, resource, observedAt }: CheckResult): string {
  return uuidOf(`observation|${check}|${resource}|${observedAt}`)
}

function controlId({ framework, section }: CheckResult['controls'][number]): string {
  return tokenOf(`${framework}-${section}`)
}

/** A token: a letter or underscore first, then letters, digits, dots, dashes and underscores. */
function tokenOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^(?![\p{L}_])/u, '_')
}

/** Our own namespace, made once; names below it give the same UUID always. */
const NAMESPACE = Buffer.from('6f9c3b1e7a5d4c0f9e2b8d1a4c7f0e35', 'hex')

/** A UUID of version 5 (RFC 9562, 5.5): OSCAL takes versions 4 and 5 only. */
function uuidOf(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
