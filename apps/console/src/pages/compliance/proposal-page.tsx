// A baseline proposed from what the fleet does: for each check how many fail today, and why it is proposed so.
import { getRouteApi } from '@tanstack/react-router'
import type { CheckTarget, LocalisedText, ProposedBaseline } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import type { TFunction } from 'i18next'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Badge } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { type Column, DataTable } from '../../design/data-table.tsx'
import { PageHeader } from '../../design/page.tsx'
import { Failure } from '../../design/states.tsx'
import { type Format, useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { inputClass } from '../settings/simple-table.tsx'
import { AdoptDialog, useMayAdopt } from './adopt-dialog.tsx'
import { NothingChecked } from './results-page.tsx'

type Proposed = ProposedBaseline['checks'][number]

const route = getRouteApi('/app/compliance/proposal')
const TARGETS: readonly CheckTarget[] = FILTER_FIELDS.checkResults.target.values
const TONES = {
  'all-pass': 'good',
  'most-pass': 'accent',
  'safe-value': 'warn',
  'cannot-be-judged': 'neutral',
} as const

export function ProposalPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayAdopt = useMayAdopt()
  const [adopting, setAdopting] = useState(false)
  const target = TARGETS.find((one) => one === search.target)
  const name = search.name || 'company'
  const read = useRead('getProposedBaseline', { query: { name, ...(target ? { target } : {}) } })
  const rows = (read.data?.checks ?? []).toSorted((a, b) => b.failing - a.failing || (a.check < b.check ? -1 : 1))
  const failing = rows.reduce((sum, row) => sum + (row.reason === 'cannot-be-judged' ? 0 : row.failing), 0)
  const included = read.data?.baseline.checks.length ?? 0

  function rename(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const next = String(new FormData(event.currentTarget).get('name')).trim()
    void navigate({ search: { ...search, name: next.slice(0, 128) } })
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      <PageHeader
        title={t('compliance.proposal')}
        crumbs={[{ name: t('compliance.tabs.baselines'), to: '/compliance/baselines' }]}
      >
        <Button look="solid" disabled={!mayAdopt || included === 0} onClick={() => setAdopting(true)}>
          {t('compliance.adopt')}
        </Button>
      </PageHeader>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2 text-sm sm:px-6">
        <form onSubmit={rename} className="flex items-center gap-2">
          <input
            key={name}
            name="name"
            aria-label={t('fields.name')}
            defaultValue={name}
            maxLength={128}
            required
            autoComplete="off"
            className={`${inputClass} w-40!`}
          />
        </form>
        <select
          aria-label={t('fields.target')}
          value={target ?? ''}
          onChange={(event) => void navigate({ search: { ...search, target: event.target.value } })}
          className="h-8 max-w-full rounded-md border bg-surface px-2 text-sm"
        >
          <option value="">{t('compliance.allTargets')}</option>
          {TARGETS.map((one) => (
            <option key={one} value={one}>
              {t(`facetValues.target.${one}`)}
            </option>
          ))}
        </select>
        <p className="min-w-0 flex-1 basis-60 text-soft">
          {t('compliance.proposalText')} {mayAdopt ? '' : t('compliance.adminsAdopt')}
        </p>
      </div>
      {read.error ? (
        <div className="px-4 pt-2 sm:px-6">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      ) : null}
      <DataTable<Proposed>
        label={t('compliance.proposal')}
        columns={proposalColumns(t, format, localised)}
        rows={rows}
        rowKey={(row) => row.check}
        loading={read.isPending}
        empty={read.error ? null : <NothingChecked />}
      />
      {adopting && read.data ? (
        <AdoptDialog baseline={read.data.baseline} failing={failing} onClose={() => setAdopting(false)} />
      ) : null}
    </div>
  )
}

function proposalColumns(
  t: TFunction,
  format: Format,
  localised: (text: LocalisedText) => string,
): readonly Column<Proposed>[] {
  const text = (row: Proposed) => (row.title ? localised(row.title) : visibleText(row.check))
  return [
    {
      id: 'check',
      title: t('fields.check'),
      width: 'minmax(152px, 0.6fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.check)}</span>,
      phone: 'line',
    },
    {
      id: 'title',
      title: t('fields.title'),
      width: 'minmax(220px, 2.4fr)',
      cell: (row) => <span title={text(row)}>{text(row)}</span>,
      phone: 'title',
    },
    {
      id: 'expected',
      title: t('compliance.expected'),
      width: 'minmax(120px, 1fr)',
      cell: (row) =>
        row.expected === undefined ? (
          <span className="text-faint">{t('compliance.asTheCheckSays')}</span>
        ) : (
          <span className="font-mono text-xs">{visibleText(String(row.expected))}</span>
        ),
    },
    {
      id: 'failing',
      title: t('compliance.today'),
      width: '180px',
      cell: (row) => (
        <span className={row.failing > 0 ? 'text-bad' : 'text-soft'}>
          {t('compliance.failToday', { fail: format.count(row.failing), all: format.count(row.resources) })}
        </span>
      ),
      phone: 'side',
    },
    {
      id: 'unjudged',
      title: t('compliance.unjudged'),
      width: '110px',
      end: true,
      cell: (row) => (row.unjudged > 0 ? format.count(row.unjudged) : <span className="text-faint">–</span>),
    },
    {
      id: 'reason',
      title: t('fields.reason'),
      width: 'minmax(190px, 1fr)',
      cell: (row) => <Badge tone={TONES[row.reason]}>{t(`compliance.reasons.${row.reason}`)}</Badge>,
      phone: 'line',
    },
  ]
}
