// The report for an auditor: what was looked at, against which baseline, what fails with its evidence, what is excepted and by whom.
// The browser's own printing makes the PDF.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ComplianceSummary, StoredBaseline, StoredCheckResult } from '@yagura/schema'
import { FRAMEWORKS } from '@yagura/schema/frameworks'
import { Printer } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readRows, useRead } from '../../data/queries.ts'
import { useSession } from '../../data/session.ts'
import { Button } from '../../design/button.tsx'
import { PageHeader } from '../../design/page.tsx'
import { Facts } from '../../design/panel.tsx'
import { SEVERITY_ORDER, SeverityLabel } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'
import { type Framework, FrameworkSelect } from './framework-select.tsx'
import { OverrideList } from './override-list.tsx'
import { Problems } from './problems.tsx'
import { ReportFramework } from './report-framework.tsx'
import { ReportResult } from './report-result.tsx'
import { VERDICT_ORDER, VerdictLabel } from './verdict.tsx'
import './report.css'

const route = getRouteApi('/app/compliance/report')
/** A report of more is not read by anybody; what is left out is said. */
const MOST_RESULTS = 2000
/** A baseline can turn a pass into a fail, so that all are read, and those that fail in its eyes are kept. */
const MOST_READ = 20_000

export function ReportPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const framework = FRAMEWORKS.find((one) => one === search.framework)
  const summary = useRead('getComplianceSummary', {})
  const results = useEvery('listCheckResults', { sort: '-severity', ...(framework ? { framework } : {}) })
  const baselines = useEvery('listBaselines', { filter: 'inForce = true', sort: '-createdAt' })
  const error = summary.error ?? results.error ?? baselines.error
  const ready = summary.data && results.data && baselines.data
  return (
    <>
      <PageHeader title={t('compliance.report')} crumbs={[{ name: t('nav.compliance'), to: '/compliance' }]}>
        <FrameworkSelect
          value={framework}
          none={t('compliance.allFrameworks')}
          onChange={(value) => void navigate({ search: { framework: value ?? '' } })}
        />
        <Button look="solid" disabled={!ready} onClick={() => window.print()}>
          <Printer size={15} aria-hidden="true" />
          {t('compliance.print')}
        </Button>
      </PageHeader>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div className="report-scroll min-h-0 flex-1 overflow-y-auto" tabIndex={0}>
        {error ? (
          <div className="p-4">
            <Failure
              error={error}
              retry={() => {
                void summary.refetch()
                void results.refetch()
                void baselines.refetch()
              }}
            />
          </div>
        ) : null}
        {summary.data && results.data && baselines.data ? (
          <Report
            summary={summary.data}
            results={results.data as readonly StoredCheckResult[]}
            baselines={baselines.data as readonly StoredBaseline[]}
            framework={framework}
          />
        ) : error ? null : (
          <Skeleton lines={14} className="mx-auto max-w-200 p-6" />
        )}
      </div>
    </>
  )
}

/** All rows of a list at once: paper does not scroll. */
function useEvery<Id extends 'listCheckResults' | 'listBaselines'>(id: Id, query: Parameters<typeof readRows<Id>>[1]) {
  return useQuery({ queryKey: ['report', id, query], queryFn: () => readRows(id, query, MOST_READ), gcTime: 0 })
}

interface ReportProps {
  readonly summary: ComplianceSummary
  readonly results: readonly StoredCheckResult[]
  readonly baselines: readonly StoredBaseline[]
  readonly framework: Framework | undefined
}

function Report({ summary, results, baselines, framework }: ReportProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const frameworks = summary.frameworks.filter((one) => framework === undefined || one.framework === framework)
  const failing = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')
  const isCut = failing.length > MOST_RESULTS || results.length >= MOST_READ
  const exceptions = baselines.flatMap((one) => one.overrides)
  return (
    <div className="report mx-auto flex max-w-200 flex-col gap-8 p-4 sm:p-8">
      <Cover summary={summary} baselines={baselines} framework={framework} />
      {framework === undefined ? <Totals summary={summary} /> : null}
      {frameworks.map((one) => (
        <ReportFramework key={one.framework} framework={one.framework} />
      ))}
      <section>
        <Heading>{t('compliance.failingChecks')}</Heading>
        {failing.length === 0 && !isCut ? <p className="text-sm">{t('compliance.nothingFails')}</p> : null}
        {isCut ? (
          <p className="mb-2 text-sm text-warn">{t('compliance.reportCut', { shown: format.count(MOST_RESULTS) })}</p>
        ) : null}
        <div className="flex flex-col gap-5">
          {failing.slice(0, MOST_RESULTS).map((result) => (
            <ReportResult key={result.id} result={result} />
          ))}
        </div>
      </section>
      <section>
        <Heading>{t('compliance.exceptions')}</Heading>
        <p className="mb-2 text-sm text-soft">{t('compliance.exceptionsText')}</p>
        <Problems problems={baselines.flatMap((one) => one.problems)} />
        <OverrideList overrides={exceptions} />
      </section>
    </div>
  )
}

/** Of everything; with one framework chosen its own table says it. */
function Totals({ summary }: { summary: ComplianceSummary }) {
  const { t } = useTranslation()
  return (
    <section>
      <Heading>{t('compliance.summary')}</Heading>
      <Counts
        rows={VERDICT_ORDER.map((verdict) => ({
          key: verdict,
          label: <VerdictLabel verdict={verdict} />,
          count: summary.counts[verdict === 'not-applicable' ? 'notApplicable' : verdict],
        }))}
      />
      <h3 className="mt-4 mb-1 text-sm font-semibold">{t('compliance.failingBySeverity')}</h3>
      <Counts
        rows={SEVERITY_ORDER.map((severity) => ({
          key: severity,
          label: <SeverityLabel severity={severity} />,
          count: summary.bySeverity[severity] ?? 0,
        }))}
      />
    </section>
  )
}

function Counts({ rows }: { rows: readonly { key: string; label: ReactNode; count: number }[] }) {
  const format = useFormat()
  return (
    <table className="w-full text-sm">
      <tbody>
        {rows.map(({ key, label, count }) => (
          <tr key={key} className="border-b">
            <th scope="row" className="py-1 text-left font-normal">
              {label}
            </th>
            <td className="py-1 text-right">{format.count(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Heading({ children }: { children: string }) {
  return <h2 className="mb-3 border-b-2 border-line-strong pb-1 text-lg font-semibold">{children}</h2>
}

function Cover({ summary, baselines, framework }: Omit<ReportProps, 'results'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const session = useSession()
  const [madeAt] = useState(() => new Date().toISOString())
  const matrix = useRead('getComplianceMatrix', { query: framework ? { framework } : {} })
  const top = baselines.find((one) => one.name === summary.baseline)
  return (
    <section className="report-cover flex flex-col gap-6">
      <div>
        <p className="text-sm text-faint">Yagura</p>
        <p className="text-2xl font-semibold">{t('compliance.reportTitle')}</p>
      </div>
      <Facts
        facts={[
          { name: t('compliance.madeAt'), value: format.absolute(madeAt) },
          { name: t('compliance.madeBy'), value: visibleText(session.data?.user.name ?? '') },
          {
            name: t('compliance.framework'),
            value: framework ? t(`frameworks.${framework}`) : t('compliance.allFrameworks'),
          },
          {
            name: t('compliance.baseline'),
            value: top ? `${visibleText(top.name)} v${top.version}` : t('compliance.noBaseline'),
          },
          { name: t('compliance.adoptedBy'), value: visibleText(top?.adoptedBy ?? '') },
          { name: t('compliance.adoptedAt'), value: top ? format.absolute(top.createdAt) : '' },
          {
            name: t('compliance.scope'),
            value: matrix.data
              ? t('compliance.scopeText', {
                  count: matrix.data.assets.length,
                  shown: format.count(matrix.data.assets.length),
                })
              : '',
          },
        ]}
      />
      {matrix.data ? (
        <p className="text-sm text-soft wrap-any">
          {matrix.data.assets.map((asset) => visibleText(asset.name)).join(' · ')}
        </p>
      ) : null}
      <p className="text-sm">{t('compliance.reportText')}</p>
    </section>
  )
}
