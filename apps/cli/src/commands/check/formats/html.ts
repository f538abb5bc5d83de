// `--format html`: a report for people who were not there, in one file without anything from elsewhere; printed, it is the auditor's PDF.
import type { CheckResult, CheckVerdict } from '@yagura/schema'
import { VERDICTS } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { type CheckReport, countVerdicts, remediationText, textOf, titleOf } from '../report.ts'
import { STYLE } from './html-style.ts'
import { WORDS } from './html-words.ts'

const ORDER: readonly CheckVerdict[] = ['fail', 'error', 'manual', 'pass', 'not-applicable']

export function toHtml(report: CheckReport): string {
  const { language, results, problems } = report
  const words = WORDS[language]
  const counts = countVerdicts(results)
  const total = results.length || 1
  return [
    '<!doctype html>',
    `<html lang="${language === 'zh' ? 'zh-Hans' : language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<title>${htmlText(words.title)} – ${htmlText(report.resource)}</title><style>${STYLE}</style></head><body>`,
    `<header><h1>${htmlText(words.title)}</h1><dl>`,
    pair(words.subject, report.resource),
    pair(words.targets, report.targets.join(', ')),
    pair(words.baseline, report.baseline ?? words.noBaseline),
    pair(words.date, report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')),
    pair(words.tool, `Yagura ${report.toolVersion}`),
    '</dl></header>',
    `<section><h2>${htmlText(words.summary)}</h2><table class="counts"><tr>`,
    ...VERDICTS.map(
      (verdict) => `<td class="${verdict}"><b>${counts[verdict]}</b>${htmlText(words.verdicts[verdict])}</td>`,
    ),
    '</tr></table>',
    `<div class="bar">${VERDICTS.map((verdict) => `<i class="${verdict}" style="width:${(counts[verdict] / total) * 100}%"></i>`).join('')}</div>`,
    frameworks(report),
    problems.length > 0
      ? `<h3>${htmlText(words.problems)}</h3><ul>${problems.map(({ subject, message }) => `<li>${htmlText(`${subject}: ${message}`)}</li>`).join('')}</ul>`
      : '',
    '</section>',
    ...ORDER.flatMap((verdict) => {
      const own = results.filter((result) => result.verdict === verdict).toSorted(worstFirst)
      if (own.length === 0) return []
      const rows = own.map((result) =>
        verdict === 'pass' || verdict === 'not-applicable' ? short(result, report) : full(result, report),
      )
      return [
        `<section><h2 class="${verdict}">${htmlText(words.verdicts[verdict])} (${own.length})</h2>${wrap(verdict, rows, report)}</section>`,
      ]
    }),
    `<footer>${htmlText(words.readOnly)}</footer></body></html>`,
    '',
  ].join('\n')
}

function wrap(verdict: CheckVerdict, rows: readonly string[], { language }: CheckReport): string {
  if (verdict !== 'pass' && verdict !== 'not-applicable') return rows.join('\n')
  const { check, resource, what, found } = WORDS[language]
  const heads = [check, resource, what, found].map((head) => `<th>${htmlText(head)}</th>`).join('')
  return `<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`
}

function short(result: CheckResult, { language }: CheckReport): string {
  const found = result.verdict === 'not-applicable' ? textOf(result.message, language) : foundIn(result)
  const cells = [result.check, result.resource, titleOf(result, language), found]
  return `<tr>${cells.map((cell) => `<td>${htmlText(cell)}</td>`).join('')}</tr>`
}

function full(result: CheckResult, { language }: CheckReport): string {
  const words = WORDS[language]
  const { check, severity, resource, evidence, remediation, controls, why, fix } = result
  const title = titleOf(result, language)
  const message = textOf(result.message, language)
  const change = remediation && [
    remediation.place === null ? '' : `<div>${htmlText(remediation.place)}</div>`,
    '<pre>',
    remediation.kind === 'patch' && remediation.before !== null ? `<del>- ${htmlText(remediation.before)}</del>\n` : '',
    remediation.kind === 'text' ? htmlText(remediationText(result, language)) : '',
    remediation.kind === 'command' ? htmlText(lines(remediation.after, '$ ')) : '',
    remediation.kind === 'patch' ? `<ins>${htmlText(lines(remediation.after, '+ '))}</ins>` : '',
    '</pre>',
  ]
  return [
    `<article><h3><span class="severity ${severity}">${htmlText(words.severities[severity])}</span> ${htmlText(title)}</h3>`,
    `<p class="where">${htmlText(check)} · ${htmlText(resource)}</p>`,
    message === title ? '' : `<p>${htmlText(message)}</p>`,
    why ? `<p>${htmlText(textOf(why, language))}</p>` : '',
    evidence.length > 0
      ? `<table class="evidence"><caption>${htmlText(words.evidence)}</caption>${evidence.map(({ source, place, value }) => `<tr><td>${source}</td><td>${htmlText(place)}</td><td><code>${htmlText(value ?? '–')}</code></td></tr>`).join('')}</table>`
      : '',
    change
      ? `<div class="change"><h4>${htmlText(words.change)}</h4>${fix && remediation?.kind !== 'text' ? `<p>${htmlText(textOf(fix, language))}</p>` : ''}${change.join('')}</div>`
      : '',
    controls.length > 0
      ? `<p class="controls">${htmlText(controls.map(({ framework, section }) => `${framework} ${section}`).join(' · '))}</p>`
      : '',
    '</article>',
  ].join('')
}

function frameworks({ results, language }: CheckReport): string {
  const rows = [...Map.groupBy(results.flatMap(byFramework), ({ framework }) => framework)].map(([framework, own]) => {
    const counts = countVerdicts(own.map(({ result }) => result))
    return `<tr><td>${htmlText(framework)}</td>${VERDICTS.map((verdict) => `<td>${counts[verdict]}</td>`).join('')}</tr>`
  })
  if (rows.length === 0) return ''
  const words = WORDS[language]
  const heads = [words.framework, ...VERDICTS.map((verdict) => words.verdicts[verdict])]
  return `<table class="list"><thead><tr>${heads.map((head) => `<th>${htmlText(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function byFramework(result: CheckResult) {
  return [...new Set(result.controls.map(({ framework }) => framework))].map((framework) => ({ framework, result }))
}

function foundIn({ evidence }: CheckResult): string {
  const last = evidence.at(-1)
  return last ? (last.value ?? last.place) : ''
}

function worstFirst(a: CheckResult, b: CheckResult): number {
  return severityRank(b.severity) - severityRank(a.severity) || a.check.localeCompare(b.check)
}

function pair(term: string, text: string): string {
  return `<div><dt>${htmlText(term)}</dt><dd>${htmlText(text)}</dd></div>`
}

function lines(text: string, before: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => before + line)
    .join('\n')
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
