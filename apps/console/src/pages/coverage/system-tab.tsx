// The server itself: version, database, what it keeps and for how long.
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { PageBody } from '../../design/page.tsx'
import { Facts, Pane } from '../../design/panel.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'

export function SystemTab() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error, refetch } = useRead('getSystemStatus', {}, { refreshMs: 15_000 })
  return (
    <PageBody className="flex max-w-220! flex-col gap-4">
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      <Pane title={t('system.server')}>
        {data ? (
          <Facts
            facts={[
              { name: t('fields.version'), value: visibleText(data.version) },
              { name: t('system.startedAt'), value: <FullTime at={data.startedAt} /> },
              {
                name: t('system.database'),
                value: `PostgreSQL ${visibleText(data.database.version)} (${t(`system.databases.${data.database.kind}`)})`,
              },
              { name: t('system.databaseSize'), value: format.bytes(data.database.sizeBytes) },
            ]}
          />
        ) : (
          <Skeleton lines={4} />
        )}
      </Pane>
      <Pane title={t('system.retention')}>
        {data ? (
          <Facts
            facts={[
              {
                name: t('system.kept'),
                value: t('system.keptText', {
                  count: data.retention.eventDays,
                  size: format.bytes(data.retention.eventBytes),
                }),
              },
              {
                name: t('system.stored'),
                value: t('system.storedText', {
                  events: format.count(data.retention.storedEvents),
                  size: format.bytes(data.retention.storedEventBytes),
                }),
              },
              data.retention.oldestEventAt
                ? { name: t('system.oldest'), value: <FullTime at={data.retention.oldestEventAt} /> }
                : null,
            ]}
          />
        ) : (
          <Skeleton lines={3} />
        )}
      </Pane>
    </PageBody>
  )
}
