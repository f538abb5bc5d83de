// How an asset is set up: what fails, worst first. Not shown where nothing of it could be judged.
import { Link } from '@tanstack/react-router'
import type { AssetDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRows } from '../../data/queries.ts'
import { linkClass } from '../../design/link.tsx'
import { Pane } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'

const SHORT_LIST = 8
const FAILING = 'verdict = fail'

export function AssetCompliance({ asset: { id } }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const judged = useRows('listCheckResults', { asset: id, filter: 'verdict in (pass, fail)' }, { limit: 1 })
  const failing = useRows('listCheckResults', { asset: id, filter: FAILING, sort: '-severity' }, { limit: SHORT_LIST })
  if (!judged.total) return null
  return (
    <Pane
      flush
      title={t('nav.compliance')}
      aside={
        <Link to="/compliance/results" search={{ asset: id, filter: FAILING }} className={linkClass}>
          {t('compliance.failOf', { fail: format.count(failing.total ?? 0), judged: format.count(judged.total) })}
        </Link>
      }
    >
      {failing.total === 0 ? <p className="p-4 text-sm text-soft">{t('compliance.nothingFails')}</p> : null}
      <ul>
        {failing.rows.map((result) => (
          <li key={result.id} className="flex h-9 items-center gap-3 border-b px-4 text-sm last:border-0">
            <span className="w-24 shrink-0">
              <SeverityLabel severity={result.severity} />
            </span>
            <Link
              to="/compliance/results/$id"
              params={{ id: result.id }}
              title={localised(result.title)}
              className="min-w-0 flex-1 truncate hover:text-accent hover:underline"
            >
              {localised(result.title)}
            </Link>
            <span className="hidden max-w-40 shrink-0 truncate text-soft sm:inline">
              {visibleText(result.product ?? '')}
            </span>
          </li>
        ))}
      </ul>
    </Pane>
  )
}
