// `--format junit`: a suite for each target, a test case for each check and resource (github.com/testmoapp/junitxml).
import { xmlText } from '@yagura/export/text'
import type { CheckResult } from '@yagura/schema'
import { type CheckReport, countVerdicts, remediationText, textOf, titleOf } from '../report.ts'

const ELEMENTS = { fail: 'failure', error: 'error', manual: 'skipped', 'not-applicable': 'skipped' } as const

export function toJunit({ results, problems, language }: CheckReport): string {
  const suites = [...Map.groupBy(results, ({ target }) => target)].map(([target, own]) => {
    const { fail, error, manual, 'not-applicable': notApplicable } = countVerdicts(own)
    return [
      `  <testsuite name="${xmlText(target)}" tests="${own.length}" failures="${fail}" errors="${error}" skipped="${manual + notApplicable}">`,
      ...own.map((result) => testCase(result, language)),
      '  </testsuite>',
    ]
  })
  const unread = problems.map(
    ({ subject, message }) =>
      `    <testcase classname="files" name="${xmlText(subject)}" time="0"><error message="${xmlText(message)}"/></testcase>`,
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="yagura check">',
    ...suites.flat(),
    ...(unread.length > 0
      ? [
          `  <testsuite name="unread" tests="${unread.length}" failures="0" errors="${unread.length}" skipped="0">`,
          ...unread,
          '  </testsuite>',
        ]
      : []),
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase(result: CheckResult, language: CheckReport['language']): string {
  const { check, resource, verdict, remediation } = result
  const name = xmlText(`${resource}: ${titleOf(result, language)}`)
  const open = `    <testcase classname="${xmlText(check)}" name="${name}" time="0"`
  if (verdict === 'pass') return `${open}/>`
  const element = ELEMENTS[verdict]
  const message = xmlText(textOf(result.message, language))
  if (verdict !== 'fail' || remediation === null) return `${open}><${element} message="${message}"/></testcase>`
  return `${open}><failure message="${message}">${xmlText(remediationText(result, language))}</failure></testcase>`
}
