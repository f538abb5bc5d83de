// Runs the targets, looks at the results through the baseline, prints, and ends with the code that scripts go by.
import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { applyBaseline, type ResolvedBaseline } from '@yagura/compliance'
import { escapeForTerminal, systemClock, YaguraError } from '@yagura/kernel'
import { fileError } from '@yagura/safe-io'
import type { CheckResult } from '@yagura/schema'
import { type Severity, severityRank } from '@yagura/schema/severities'
import { version } from '../../version.ts'
import { baselineInForce } from './baselines.ts'
import { render } from './formats/index.ts'
import type { CheckFormat, Language } from './index.ts'
import { type CheckProblem, type CheckReport, textOf } from './report.ts'
import { OF_MACHINE, targetOf } from './targets/index.ts'

export interface CheckOptions {
  readonly baseline?: readonly string[]
  readonly profile?: string
  readonly root?: string
  readonly kubernetesVersion?: string
  readonly probe?: boolean
  readonly credentials?: string
  readonly format: CheckFormat
  readonly language: Language
  readonly failOn?: Severity
  readonly output?: string
  readonly all?: boolean
  readonly explain?: boolean
}

export async function check(
  target: string | undefined,
  path: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const report = await runChecks(target, path, options)
  const text = render(report, options)
  if (options.output === undefined) process.stdout.write(text)
  else
    await writeFile(options.output, text).catch((error: unknown) => {
      throw fileError(error, options.output ?? '')
    })
  // A table tells problems itself.
  if (options.format !== 'table' || options.output !== undefined)
    for (const { subject, message } of report.problems)
      process.stderr.write(`yagura: ${escapeForTerminal(`${subject}: ${message}`)}\n`)
  process.exitCode = exitCode(report, options.failOn)
}

export async function runChecks(
  target: string | undefined,
  path: string | undefined,
  { baseline: files = [], profile, root = '/', language = 'en', ...options }: Partial<CheckOptions>,
): Promise<CheckReport> {
  const startedAt = now()
  const baseline = await baselineInForce(files, startedAt.slice(0, 10))
  const request = {
    path,
    root,
    procRoot: join(root, 'proc'),
    resource: hostname(),
    clock: systemClock,
    observedAt: startedAt,
    profile,
    kubernetesVersion: options.kubernetesVersion,
    probe: options.probe === true,
    credentials: options.credentials,
    expected: baseline?.expected ?? new Map<string, unknown>(),
  }
  const results: CheckResult[] = []
  const problems: CheckProblem[] = (baseline?.problems ?? []).map((text) => ({
    subject: 'baseline',
    message: textOf(text, language),
  }))
  const looked: string[] = []
  for (const name of target === undefined ? OF_MACHINE : [target]) {
    const answer = await (await targetOf(name))?.(request)
    if (!answer || (answer.isAbsent && target === undefined)) continue
    if (answer.isAbsent) throw new YaguraError('INPUT_NOT_FOUND', `There is no ${name} on this machine.`)
    looked.push(name)
    results.push(...answer.results)
    problems.push(...answer.problems)
  }
  if (results.length === 0 && profile !== undefined && problems.length === 0)
    throw new YaguraError('USAGE', `No check of ${looked.join(', ')} belongs to ${profile}.`)
  return {
    targets: looked,
    resource: target === 'manifests' || target === 'image' ? (path ?? '') : request.resource,
    startedAt,
    endedAt: now(),
    toolVersion: version(),
    language,
    baseline: baseline?.name ?? null,
    results: seenThrough(results, baseline),
    problems,
  }
}

function seenThrough(results: readonly CheckResult[], baseline: ResolvedBaseline | undefined): readonly CheckResult[] {
  return baseline ? applyBaseline(results, baseline) : results
}

function now(): string {
  return new Date(systemClock.nowMs()).toISOString()
}

/** 1 where something fails; 2 where nothing does, but something of that severity could not be judged or read. */
export function exitCode({ results, problems }: CheckReport, failOn: Severity = 'unknown'): number {
  const counted = results.filter(({ severity }) => severityRank(severity) >= severityRank(failOn))
  if (counted.some(({ verdict }) => verdict === 'fail')) return 1
  const isUnread = problems.some(({ subject, isGap }) => subject !== 'baseline' && isGap !== true)
  return isUnread || counted.some(({ verdict }) => verdict === 'error') ? 2 : 0
}
