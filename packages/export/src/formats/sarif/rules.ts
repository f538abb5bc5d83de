// Rules: what was looked for. The worst severity that a rule was found with is its own.
import type { ScanReport } from '@yagura/schema'
import { type Severity, severityRank } from '@yagura/schema/severities'
import { sourceOf } from '../../content/vulnerability.ts'
import { markdownText } from '../../text/markdown.ts'
import { levelOf, scoreOf } from './levels.ts'

interface Draft {
  readonly id: string
  readonly title: string
  readonly help: string
  readonly url: string | undefined
  tags: readonly string[]
  severity: Severity
}

export function rulesOf(report: ScanReport) {
  const drafts = new Map<string, Draft>()
  const add = (draft: Draft) => {
    const known = drafts.get(draft.id)
    if (!known) drafts.set(draft.id, { ...draft })
    else {
      if (severityRank(draft.severity) > severityRank(known.severity)) known.severity = draft.severity
      known.tags = [...new Set([...known.tags, ...draft.tags])]
    }
  }
  for (const finding of [...report.findings, ...report.suppressed]) {
    const { id, severity, package: name, aliases, kev } = finding
    const also = aliases.length > 0 ? ` It is also known as ${aliases.join(', ')}.` : ''
    const title = `${id} in ${name}`
    const help = `${id} is a vulnerability of a package in the image.${also} Install a version in which it is fixed, or record in .yagura.yaml why it does not matter here.`
    const tags = ['security', 'vulnerability', ...(kev ? ['known-exploited'] : [])]
    add({ id, title, help, url: sourceOf(id).url, tags, severity })
  }
  for (const { kind, severity } of [...report.secrets, ...report.suppressedSecrets]) {
    const help =
      'A credential lies in a layer of the image. Revoke it, then build the image without it: deleting the file in a later layer leaves it readable.'
    add({
      id: secretRule(kind),
      title: `Secret: ${kind}`,
      help,
      url: undefined,
      tags: ['security', 'secret'],
      severity,
    })
  }
  for (const { check, title, remedy, severity } of [...report.mistakes, ...report.suppressedMistakes])
    add({ id: mistakeRule(check), title, help: remedy, url: undefined, tags: ['security', 'configuration'], severity })
  const order = [...drafts.keys()]
  return {
    rules: [...drafts.values()].map(rule),
    indexOf: new Map(order.map((id, index) => [id, index])),
  }
}

export function secretRule(kind: string): string {
  return `secret/${kind}`
}

export function mistakeRule(check: string): string {
  return `mistake/${check}`
}

function rule({ id, title, help, url, tags, severity }: Draft) {
  const score = scoreOf(severity)
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: title },
    ...(url === undefined ? {} : { helpUri: url }),
    help: { text: help, markdown: `${markdownText(help)}${url === undefined ? '' : `\n\n[More about it](${url})`}` },
    defaultConfiguration: { level: levelOf(severity) },
    properties: { tags, precision: 'high', ...(score === undefined ? {} : { 'security-severity': score }) },
  }
}
