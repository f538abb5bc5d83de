// Overrides with their reason, owner and end. One that has ended does not count any more, and says so.
import type { BaselineOverride } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../design/badge.tsx'
import { Mono } from '../../design/panel.tsx'
import { useNow } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'

export function OverrideList({ overrides }: { overrides: readonly BaselineOverride[] }) {
  const { t } = useTranslation()
  const today = new Date(useNow()).toISOString().slice(0, 10)
  if (overrides.length === 0) return <p className="text-sm text-soft">{t('compliance.noOverrides')}</p>
  return (
    <ul className="flex flex-col gap-2">
      {overrides.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: overrides have no identity and never move
        <li key={index} className="rounded-md border p-2 text-sm">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Mono className="font-semibold">{visibleText(one.check)}</Mono>
            <Mono>{visibleText(one.resource ?? '*')}</Mono>
            <Badge tone="accent">
              {t(`compliance.actions.${one.action}`)}
              {one.severity ? ` ${t(`severity.${one.severity}`)}` : ''}
              {one.expect === undefined ? '' : ` ${visibleText(JSON.stringify(one.expect))}`}
            </Badge>
            {one.expires !== null && one.expires < today ? <Badge tone="warn">{t('compliance.ended')}</Badge> : null}
          </div>
          <p className="mt-1 wrap-any">{visibleText(one.reason)}</p>
          <p className="text-xs text-faint wrap-any">
            {t('fields.owner')}: {visibleText(one.owner)} ·{' '}
            {one.expires === null ? t('compliance.noEnd') : t('compliance.ends', { date: one.expires })}
          </p>
        </li>
      ))}
    </ul>
  )
}
