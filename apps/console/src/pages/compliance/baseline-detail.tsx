// One version of a baseline: its layer, what it asks for, its overrides with their ends, and how it differs from another version.
import type { StoredBaseline } from '@yagura/schema'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRead, useRows } from '../../data/queries.ts'
import { State } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Facts, Mono, SectionTitle } from '../../design/panel.tsx'
import { Pending } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { AdoptDialog, useMayAdopt } from './adopt-dialog.tsx'
import { baselineText } from './baseline-text.ts'
import { changedParts, lineDiff } from './line-diff.ts'
import { OverrideList } from './override-list.tsx'
import { Problems } from './problems.tsx'
import { Diff } from './remediation-view.tsx'

const MOST_CHECKS = 200

export function BaselineDetail({ id }: { id: string }) {
  const read = useRead('getBaseline', { params: { id } })
  if (read.data) return <BaselineView baseline={read.data} />
  return <Pending error={read.error} retry={() => void read.refetch()} />
}

function BaselineView({ baseline }: { baseline: StoredBaseline }) {
  const { t } = useTranslation()
  const mayAdopt = useMayAdopt()
  const [adopting, setAdopting] = useState(false)
  const expected = Object.entries(baseline.expected)
  return (
    <article className="flex flex-col gap-5 p-4">
      <header className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h3 className="text-base font-semibold wrap-any">
            {visibleText(baseline.name)} v{baseline.version}
          </h3>
          <div className="text-sm">
            <State tone={baseline.inForce ? 'good' : 'neutral'}>
              {baseline.inForce ? t('compliance.isInForce') : t('compliance.replaced')}
            </State>
          </div>
        </div>
        {mayAdopt && !baseline.inForce ? (
          <Button onClick={() => setAdopting(true)}>{t('compliance.adoptAgain')}</Button>
        ) : null}
      </header>
      {adopting ? <AdoptDialog baseline={baseline} onClose={() => setAdopting(false)} /> : null}
      <Problems problems={baseline.problems} />
      <Facts
        facts={[
          { name: t('fields.layer'), value: t(`facetValues.layer.${baseline.layer}`) },
          { name: t('compliance.extends'), value: visibleText(baseline.extends.join(', ')) },
          {
            name: t('compliance.selector'),
            value: baseline.selector
              ? visibleText(
                  Object.entries(baseline.selector)
                    .map(([name, value]) => `${name}=${value}`)
                    .join(', '),
                )
              : t('compliance.everyAsset'),
          },
          { name: t('compliance.adoptedBy'), value: visibleText(baseline.adoptedBy ?? '') },
          { name: t('compliance.adoptedAt'), value: <FullTime at={baseline.createdAt} /> },
        ]}
      />
      <section>
        <SectionTitle>
          {t('compliance.overrides')} ({baseline.overrides.length})
        </SectionTitle>
        <OverrideList overrides={baseline.overrides} />
      </section>
      <section>
        <SectionTitle>
          {t('compliance.checks')} ({baseline.checks.length})
        </SectionTitle>
        <p className="text-sm wrap-any">
          <Mono>
            {visibleText(baseline.checks.slice(0, MOST_CHECKS).join(', '))}
            {baseline.checks.length > MOST_CHECKS ? ' …' : ''}
          </Mono>
        </p>
      </section>
      {expected.length > 0 ? (
        <section>
          <SectionTitle>{t('compliance.expected')}</SectionTitle>
          <Facts
            facts={expected.map(([check, value]) => ({
              name: visibleText(check),
              value: <Mono>{visibleText(typeof value === 'string' ? value : JSON.stringify(value))}</Mono>,
            }))}
          />
        </section>
      ) : null}
      <Versions baseline={baseline} />
    </article>
  )
}

function Versions({ baseline }: { baseline: StoredBaseline }) {
  const { t } = useTranslation()
  const list = useRows('listBaselines', { sort: '-createdAt' })
  const others = list.rows.filter((one) => one.id !== baseline.id)
  const before = others.find((one) => one.name === baseline.name && one.version < baseline.version)
  const [chosen, setChosen] = useState<string | null>(null)
  const other = others.find((one) => one.id === chosen) ?? (chosen === null ? before : undefined)
  if (others.length === 0) return null
  const lines = other ? lineDiff(baselineText(other), baselineText(baseline)) : []
  const changed = changedParts(lines, 2)
  return (
    <section>
      <SectionTitle>{t('compliance.diff')}</SectionTitle>
      <select
        aria-label={t('compliance.compareWith')}
        value={other?.id ?? ''}
        onChange={(event) => setChosen(event.target.value)}
        className="mb-2 h-8 max-w-full rounded-md border bg-surface px-2 text-sm"
      >
        <option value="">{t('compliance.compareWith')}</option>
        {others.map((one) => (
          <option key={one.id} value={one.id}>
            {visibleText(one.name)} v{one.version}
          </option>
        ))}
      </select>
      {other && changed.length === 0 ? <p className="text-sm text-soft">{t('compliance.noDiff')}</p> : null}
      {changed.length > 0 ? <Diff lines={changed} /> : null}
    </section>
  )
}
