// The advisory database: what findings are matched against.
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { State } from '../../design/badge.tsx'
import { Command, ShortId } from '../../design/copy.tsx'
import { PageBody } from '../../design/page.tsx'
import { Facts, Pane } from '../../design/panel.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'

const FEED_TONES = { current: 'good', stale: 'warn', missing: 'neutral', undated: 'neutral' } as const

export function AdvisoriesTab() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error, refetch } = useRead('getAdvisoryDatabase', {}, { refreshMs: 15_000 })
  return (
    <PageBody className="flex max-w-220! flex-col gap-4">
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      <Pane title={t('advisories.title')}>
        {data ? (
          <div className="flex flex-col gap-4">
            <Facts
              facts={[
                {
                  name: t('fields.state'),
                  value: (
                    <State tone={data.state === 'ready' ? 'good' : 'warn'}>
                      {t(`advisories.states.${data.state}`)}
                    </State>
                  ),
                },
                data.reason ? { name: t('fields.reason'), value: visibleText(data.reason) } : null,
                data.builtAt ? { name: t('advisories.builtAt'), value: <FullTime at={data.builtAt} /> } : null,
                data.sizeBytes === null ? null : { name: t('image.size'), value: format.bytes(data.sizeBytes) },
                data.sha256 ? { name: 'SHA-256', value: <ShortId id={data.sha256} /> } : null,
              ]}
            />
            {data.state === 'ready' ? null : (
              <div>
                <p className="mb-2 text-sm text-soft">{t('advisories.how')}</p>
                <Command text={'yagura db update\nyagura db build --from DIR --out FILE'} />
              </div>
            )}
          </div>
        ) : error ? null : (
          <Skeleton lines={4} />
        )}
      </Pane>
      {data && data.feeds.length > 0 ? (
        <Pane title={t('advisories.feeds')} flush>
          <table className="w-full text-sm">
            <thead className="text-xs text-faint">
              <tr>
                <th className="px-4 py-2 text-left font-medium">{t('advisories.feed')}</th>
                <th className="px-4 py-2 text-right font-medium">{t('advisories.records')}</th>
                <th className="px-4 py-2 text-right font-medium">{t('advisories.age')}</th>
                <th className="px-4 py-2 text-right font-medium">{t('fields.state')}</th>
              </tr>
            </thead>
            <tbody>
              {data.feeds.map((feed) => (
                <tr key={feed.name} className="border-t">
                  <td className="px-4 py-2">{visibleText(feed.name)}</td>
                  <td className="px-4 py-2 text-right">{format.count(feed.records)}</td>
                  <td
                    className="px-4 py-2 text-right text-soft"
                    title={feed.newestAt ? format.absolute(feed.newestAt) : ''}
                  >
                    {feed.ageDays === null ? '–' : t('advisories.days', { count: feed.ageDays })}
                  </td>
                  <td className="px-4 py-2 text-right">
                    <State tone={FEED_TONES[feed.state]}>{t(`advisories.feedStates.${feed.state}`)}</State>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="border-t px-4 py-2 text-xs text-faint">{t('advisories.staleText')}</p>
        </Pane>
      ) : null}
    </PageBody>
  )
}
