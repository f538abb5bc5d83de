// The figures of a run against those to reach, and the page that shows them.
import type { AttackResult } from './attacks.ts'
import type { BenignResult } from './benign.ts'
import type { CampaignResult } from './campaigns.ts'
import type { Freeze } from './freezes.ts'
import type { Report } from './run.ts'

export interface Figure {
  readonly name: string
  readonly got: string
  readonly wanted: string
  /** null: not tried in this run. */
  readonly reached: boolean | null
}

export interface Summary {
  readonly figures: readonly Figure[]
}

export function summaryOf(
  attacks: readonly AttackResult[],
  campaigns: readonly CampaignResult[],
  benign: readonly BenignResult[],
  freezes: readonly Freeze[] = [],
): Summary {
  const ran = attacks.filter(({ runnable }) => runnable)
  const of = (grade: AttackResult['grade']) => ran.filter((one) => one.grade === grade)
  const blockable = of('strong').filter(
    (one) => ['exec', 'connect', 'open'].includes(one.block) && one.prevented !== null,
  )
  const timed = ran
    .flatMap(({ ms, outcome }) => (outcome === 'incident' && ms !== null ? ms : []))
    .sort((a, b) => a - b)
  const fromDecision = freezes.map(({ fromDecisionMs }) => fromDecisionMs).sort((a, b) => a - b)
  const fromAct = freezes.flatMap(({ fromActMs }) => fromActMs ?? []).sort((a, b) => a - b)
  const containable = campaigns.filter(({ containedBefore }) => containedBefore !== null)
  const scored = benign.filter(({ runs }) => runs > 0)
  const sum = (pick: (one: BenignResult) => number) => scored.reduce((total, one) => total + pick(one), 0)
  const alarms = [sum((one) => one.incidents), sum((one) => one.findings), sum((one) => one.containments)]
  const blockedTried = scored.filter(({ blockedWork }) => blockedWork !== null)
  return {
    figures: [
      atLeast('strong actions that become an incident', of('strong'), ({ outcome }) => outcome === 'incident', 95),
      atLeast(
        'medium actions that raise a finding',
        of('medium'),
        ({ outcome }) => outcome === 'finding' || outcome === 'incident',
        90,
      ),
      atMost(
        'weak actions that become a finding or an incident',
        of('weak'),
        ({ outcome }) => outcome === 'finding' || outcome === 'incident',
        5,
      ),
      atLeast('campaigns in one incident with 80 % of the steps on the right tactic', campaigns, isJoined, 100),
      atLeast(
        'campaigns contained before impact or exfiltration',
        containable,
        ({ containedBefore }) => containedBefore === true,
        85,
      ),
      atLeast(
        'strong actions with an exec, connect or open block point prevented, the service still up',
        blockable,
        ({ prevented, collateral }) => prevented === true && !collateral,
        80,
      ),
      {
        name: 'ordinary work: incidents; findings of medium or more; automatic containments',
        got: scored.length === 0 ? '–' : `${alarms.join('; ')} in ${sum((one) => one.runs)} runs`,
        wanted: '0; 0; 0',
        reached: scored.length === 0 ? null : alarms.every((count) => count === 0),
      },
      atLeast('ordinary work unchanged with blocking on', blockedTried, ({ blockedWork }) => blockedWork === 0, 100),
      {
        name: 'event to alert, median and p99',
        got: timed.length === 0 ? '–' : `${quantile(timed, 0.5)} ms, ${quantile(timed, 0.99)} ms`,
        wanted: 'p99 ≤ 100 ms',
        reached: timed.length === 0 ? null : quantile(timed, 0.99) <= 100,
      },
      {
        name: `decision to freeze, median and p99 (from the act itself)`,
        got:
          fromDecision.length === 0
            ? '–'
            : `${quantile(fromDecision, 0.5)} ms, ${quantile(fromDecision, 0.99)} ms (${quantile(fromAct, 0.5)} ms, ${quantile(fromAct, 0.99)} ms) of ${fromDecision.length}`,
        wanted: 'p99 ≤ 100 ms',
        reached: fromDecision.length === 0 ? null : quantile(fromDecision, 0.99) <= 100,
      },
    ],
  }
}

export function isJoined(campaign: CampaignResult): boolean {
  return campaign.incidents === 1 && campaign.stepsPlaced >= 0.8 * campaign.steps
}

function quantile(sorted: readonly number[], share01: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share01 * sorted.length))] ?? 0
}

function ratio<T>(name: string, all: readonly T[], test: (one: T) => boolean) {
  const good = all.filter(test).length
  const percent = all.length === 0 ? 0 : (100 * good) / all.length
  return { name, percent, got: all.length === 0 ? '–' : `${percent.toFixed(1)} % (${good} of ${all.length})` }
}

function atLeast<T>(name: string, all: readonly T[], test: (one: T) => boolean, wanted: number): Figure {
  const { percent, got } = ratio(name, all, test)
  return {
    name,
    got,
    wanted: wanted === 100 ? 'all' : `≥ ${wanted} %`,
    reached: all.length === 0 ? null : percent >= wanted,
  }
}

function atMost<T>(name: string, all: readonly T[], test: (one: T) => boolean, wanted: number): Figure {
  const { percent, got } = ratio(name, all, test)
  return { name, got, wanted: `≤ ${wanted} %`, reached: all.length === 0 ? null : percent <= wanted }
}

const MARK = { true: 'yes', false: '**no**', null: '–' } as const

function mark(value: boolean | null): string {
  return MARK[String(value) as keyof typeof MARK]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function scorecard(report: Report, variants?: Report): string {
  const { attacks, campaigns, benign, summary, gaps, seconds } = report
  const ran = attacks.filter(({ runnable }) => runnable)
  const left = [
    ...attacks.filter(({ runnable }) => !runnable).map(({ id, name, why }) => [id, name, why]),
    ...benign.filter(({ runnable }) => !runnable).map(({ id, name, why }) => [id, name, why]),
  ]
  const parts = [
    '# Efficacy\n',
    'What the agent finds, places and stops, and what ordinary work it disturbs: every action and every piece of work below ran for',
    'real in a container of a sandboxed node. Made by `npm run bench -- efficacy`; how it is measured is in',
    '[bench/efficacy](../bench/efficacy/README.md).\n',
    `${ran.length} actions, ${campaigns.length} campaigns and ${benign.filter(({ runs }) => runs > 0).length} kinds of ordinary work in ${seconds} s.\n`,
    table(
      ['', 'reached', 'wanted', ''],
      summary.figures.map(({ name, got, wanted, reached }) => [name, got, wanted, mark(reached)]),
    ),
  ]
  if (variants !== undefined)
    parts.push(
      '\n## Variants\n',
      'The same kinds of acts by other tools, names, languages and paths (`own-attacks.yaml`, `own-attacks-2.yaml`, `own-benign.yaml`, `own-benign-2.yaml`):',
      `${variants.attacks.filter(({ runnable }) => runnable).length} actions, ${variants.campaigns.length} campaigns, ${variants.benign.filter(({ runs }) => runs > 0).length} kinds of ordinary work.\n`,
      table(
        ['', 'reached', 'wanted', ''],
        variants.summary.figures
          .filter(({ reached }) => reached !== null)
          .map(({ name, got, wanted, reached }) => [name, got, wanted, mark(reached)]),
      ),
    )
  if (ran.length > 0)
    parts.push(
      '\n## Actions\n',
      table(
        ['id', 'action', 'grade', 'outcome', 'by', 'ms', 'technique', 'tactic', 'prevented', 'service up'],
        ran.map((one) => [
          one.id,
          one.name,
          one.grade,
          one.outcome,
          one.byWhat.slice(0, 4).join(', '),
          one.ms === null ? '–' : String(Math.round(one.ms)),
          mark(one.techniqueRight),
          mark(one.tacticRight),
          mark(one.prevented),
          mark(!one.collateral),
        ]),
      ),
    )
  if (campaigns.length > 0)
    parts.push(
      '\n## Campaigns\n',
      table(
        ['id', 'campaign', 'incidents', 'steps placed', 'not placed', 'contained in time'],
        campaigns.map((one) => [
          one.id,
          one.name,
          String(one.incidents),
          `${one.stepsPlaced} of ${one.steps}`,
          one.misplaced
            .map(({ step, tactic, said }) => `${step} (${tactic}, said ${said.join(', ') || 'nothing'})`)
            .join('; '),
          mark(one.containedBefore),
        ]),
      ),
    )
  const scored = benign.filter(({ runs }) => runs > 0)
  if (scored.length > 0)
    parts.push(
      '\n## Ordinary work\n',
      'The upper bound is that of a Poisson rate at 95 %, at the rate at which a node does this work.\n',
      table(
        [
          'id',
          'work',
          'learnt',
          'runs',
          'incidents',
          'findings',
          'per node-day',
          'at most (95 %)',
          'disturbed by blocking',
          'by',
        ],
        scored.map((one) => [
          one.id,
          one.name,
          one.cold ? 'no' : 'yes',
          String(one.runs),
          String(one.incidents),
          String(one.findings),
          one.perNodeDay.toPrecision(2),
          one.perNodeDayUpper95.toPrecision(2),
          one.blockedWork === null ? '–' : String(one.blockedWork),
          one.byWhat.slice(0, 5).join(', '),
        ]),
      ),
    )
  if (left.length > 0) parts.push('\n## Not runnable here\n', table(['id', '', 'why'], left))
  const lost = Object.entries(gaps)
  if (lost.length > 0)
    parts.push(
      '\n## Gaps that the agent reported\n',
      table(
        ['code', 'times'],
        lost.map(([code, count]) => [code, String(count)]),
      ),
    )
  return `${parts.join('\n')}\n`
}
