// `--format junit`: a test case for each policy and resource, as CI systems read it (github.com/testmoapp/junitxml).
import { xmlText } from '@yagura/export/text'
import type { PlacedResult } from './eval.ts'
import { countVerdicts } from './json.ts'

const ELEMENTS = { fail: 'failure', error: 'error', 'not-applicable': 'skipped' } as const

export function toJunit(results: readonly PlacedResult[]): string {
  const counts = countVerdicts(results)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="yagura policy">',
    `  <testsuite name="policies" tests="${results.length}" failures="${counts.fail}" errors="${counts.error}" skipped="${counts['not-applicable']}">`,
    ...results.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase({ policy, rule, resource, verdict, message }: PlacedResult): string {
  const name = rule === null ? policy : `${policy}/${rule}`
  const open = `    <testcase classname="${xmlText(name || 'files')}" name="${xmlText(resource)}" time="0"`
  if (verdict === 'pass') return `${open}/>`
  const element = ELEMENTS[verdict]
  return `${open}><${element} message="${xmlText(message)}"/></testcase>`
}
