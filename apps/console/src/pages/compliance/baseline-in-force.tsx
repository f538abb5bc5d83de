// The baseline that results are seen through, with what is wrong with it.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRows } from '../../data/queries.ts'
import { linkClass } from '../../design/link.tsx'
import { Facts, Pane } from '../../design/panel.tsx'
import { Failure } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { Problems } from './problems.tsx'

export function BaselineInForce({ name }: { name: string | null }) {
  const { t } = useTranslation()
  const list = useRows('listBaselines', { filter: 'inForce = true', sort: '-createdAt' })
  const top = list.rows.find((one) => one.name === name)
  return (
    <Pane
      title={t('compliance.inForce')}
      aside={
        <Link to="/compliance/baselines" className={linkClass}>
          {t('common.all')}
        </Link>
      }
    >
      {list.error ? <Failure error={list.error} retry={list.reload} /> : null}
      {name === null ? (
        <div className="flex flex-col gap-2 text-sm">
          <p className="text-soft">{t('compliance.noBaselineText')}</p>
          <Link to="/compliance/proposal" className={linkClass}>
            {t('compliance.propose')}
          </Link>
        </div>
      ) : top ? (
        <div className="flex flex-col gap-3">
          <Facts
            facts={[
              {
                name: t('fields.name'),
                value: (
                  <Link to="/compliance/baselines/$id" params={{ id: top.id }} className={linkClass}>
                    {visibleText(top.name)} v{top.version}
                  </Link>
                ),
              },
              { name: t('fields.layer'), value: t(`facetValues.layer.${top.layer}`) },
              { name: t('compliance.extends'), value: visibleText(top.extends.join(', ')) },
              { name: t('compliance.adoptedBy'), value: visibleText(top.adoptedBy ?? '') },
              { name: t('compliance.adoptedAt'), value: top.adoptedAt ? <FullTime at={top.adoptedAt} /> : null },
            ]}
          />
          <Problems problems={top.problems} />
        </div>
      ) : null}
    </Pane>
  )
}
