// Where we stand: how much of the baseline is kept, where it is not, how that went over time, and what turned lately.
import { Link } from '@tanstack/react-router'
import type { ComplianceSummary } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead, useRows } from '../../data/queries.ts'
import { linkClass } from '../../design/link.tsx'
import { PageBody } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { SEVERITY_ORDER, SeverityLabel } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { BaselineInForce } from './baseline-in-force.tsx'
import { ComplianceHeader } from './compliance-frame.tsx'
import { NothingChecked } from './results-page.tsx'
import { TrendChart } from './trend-chart.tsx'
import { Turn } from './turn.tsx'
import { VERDICT_ORDER, VerdictLabel } from './verdict.tsx'

const REFRESH_MS = 30_000
const LATELY = 8

export function CompliancePage() {
  const summary = useRead('getComplianceSummary', {}, { refreshMs: REFRESH_MS })
  const checked = summary.data ? Object.values(summary.data.counts).some((count) => count > 0) : undefined
  return (
    <>
      <ComplianceHeader tab="overview" />
      <PageBody>
        {summary.error ? <Failure error={summary.error} retry={() => void summary.refetch()} /> : null}
        {summary.data === undefined ? (
          summary.error ? null : (
            <Skeleton lines={10} />
          )
        ) : checked ? (
          <Standing summary={summary.data} />
        ) : (
          <NothingChecked />
        )}
      </PageBody>
    </>
  )
}

function Standing({ summary }: { summary: ComplianceSummary }) {
  const { t } = useTranslation()
  return (
    <div className="flex flex-col gap-4">
      <VerdictCounts counts={summary.counts} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <FailingBySeverity counts={summary.bySeverity} />
        <Frameworks frameworks={summary.frameworks} />
        <Pane title={t('compliance.trend')}>
          <TrendChart points={summary.trend} />
        </Pane>
        <BaselineInForce name={summary.baseline} />
        <Lately />
      </div>
    </div>
  )
}

function VerdictCounts({ counts }: { counts: ComplianceSummary['counts'] }) {
  const format = useFormat()
  return (
    <ul className="pane grid grid-cols-2 sm:grid-cols-5">
      {VERDICT_ORDER.map((verdict) => (
        <li key={verdict} className="min-w-0">
          <Link
            to="/compliance/results"
            search={{ filter: `verdict = ${verdict}` }}
            className="flex h-full flex-col gap-0.5 rounded-md px-4 py-3 hover:bg-hover"
          >
            <span className="text-xl font-semibold">
              {format.count(counts[verdict === 'not-applicable' ? 'notApplicable' : verdict])}
            </span>
            <span className="text-sm">
              <VerdictLabel verdict={verdict} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function FailingBySeverity({ counts }: { counts: ComplianceSummary['bySeverity'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const most = Math.max(1, ...SEVERITY_ORDER.map((severity) => counts[severity] ?? 0))
  return (
    <Pane title={t('compliance.failingBySeverity')}>
      <ul className="flex flex-col">
        {SEVERITY_ORDER.filter((severity) => severity !== 'unknown' || (counts[severity] ?? 0) > 0).map((severity) => {
          const count = counts[severity] ?? 0
          return (
            <li key={severity}>
              <Link
                to="/compliance/results"
                search={{ filter: `verdict = fail and severity = ${severity}` }}
                className="-mx-1 grid h-7 grid-cols-[104px_minmax(0,1fr)_64px] items-center gap-3 rounded px-1 text-sm hover:bg-hover"
              >
                <SeverityLabel severity={severity} />
                <span aria-hidden="true" className="h-2 overflow-hidden rounded-sm bg-sunken">
                  <span
                    className="block h-full rounded-sm"
                    style={{
                      width: count === 0 ? 0 : `max(3px, ${(100 * count) / most}%)`,
                      background: `var(--${severity}-fill)`,
                    }}
                  />
                </span>
                <span className={`text-right ${count === 0 ? 'text-faint' : ''}`}>{format.count(count)}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </Pane>
  )
}

/** Kept of what was judged. What could not be judged is in neither number. */
function Frameworks({ frameworks }: { frameworks: ComplianceSummary['frameworks'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Pane title={t('compliance.byFramework')}>
      {frameworks.length === 0 ? (
        <p className="text-sm text-soft">{t('compliance.noFrameworks')}</p>
      ) : (
        <ul className="flex flex-col">
          {frameworks.map(({ framework, pass, fail }) => (
            <li key={framework}>
              <Link
                to="/compliance/matrix"
                search={{ framework }}
                className="-mx-1 grid min-h-7 grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[minmax(0,14rem)_minmax(0,1fr)_8.5rem] items-center gap-3 rounded px-1 text-sm hover:bg-hover"
              >
                <span className="truncate">{t(`frameworks.${framework}`)}</span>
                <span aria-hidden="true" className="flex h-2 overflow-hidden rounded-sm bg-sunken max-sm:hidden">
                  <span style={{ width: `${(100 * fail) / (pass + fail)}%`, background: 'var(--critical-fill)' }} />
                </span>
                <span className="text-right whitespace-nowrap">
                  {t('compliance.failOf', { fail: format.count(fail), judged: format.count(pass + fail) })}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Pane>
  )
}

function Lately() {
  const { t } = useTranslation()
  const localised = useLocalised()
  const turned = useRows('listTransitions', { sort: '-at' }, { limit: LATELY, refreshMs: REFRESH_MS })
  return (
    <Pane
      title={t('compliance.lately')}
      aside={
        <Link to="/compliance/drift" className={linkClass}>
          {t('common.all')}
        </Link>
      }
      className="lg:col-span-2"
    >
      {turned.error ? <Failure error={turned.error} retry={turned.reload} /> : null}
      {turned.loading ? <Skeleton lines={4} /> : null}
      {!turned.loading && !turned.error && turned.rows.length === 0 ? (
        <p className="text-sm text-soft">{t('compliance.nothingTurned')}</p>
      ) : null}
      <ul className="flex flex-col divide-y divide-line text-sm">
        {turned.rows.slice(0, LATELY).map((row) => (
          <li key={row.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1.5 sm:flex-nowrap">
            <span className="shrink-0 sm:w-56">
              <Turn from={row.from} to={row.to} />
            </span>
            <span className="min-w-0 flex-1 basis-full wrap-any sm:basis-0">
              {localised(row.title)} <span className="text-faint">{visibleText(row.resource)}</span>
            </span>
            <Time at={row.at} className="shrink-0 text-xs text-faint" />
          </li>
        ))}
      </ul>
    </Pane>
  )
}
