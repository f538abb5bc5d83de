// One framework on paper: each section with how many checks answer it and what came out over all assets.
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Failure, Skeleton } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'
import type { Framework } from './framework-select.tsx'

const VERDICTS = ['fail', 'error', 'manual', 'pass'] as const

export function ReportFramework({ framework }: { framework: Framework }) {
  const { t } = useTranslation()
  const format = useFormat()
  const matrix = useRead('getComplianceMatrix', { query: { framework } })
  return (
    <section>
      <h2 className="mb-3 border-b-2 border-line-strong pb-1 text-lg font-semibold">{t(`frameworks.${framework}`)}</h2>
      {matrix.error ? <Failure error={matrix.error} retry={() => void matrix.refetch()} /> : null}
      {matrix.data === undefined ? (
        matrix.error ? null : (
          <Skeleton lines={4} />
        )
      ) : (
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b text-xs text-faint">
              <th scope="col" className="py-1 text-left font-medium">
                {t('compliance.section')}
              </th>
              <th scope="col" className="px-1 py-1 text-right font-medium">
                {t('compliance.checks')}
              </th>
              {VERDICTS.map((verdict) => (
                <th key={verdict} scope="col" className="px-1 py-1 text-right font-medium">
                  {t(`facetValues.verdict.${verdict}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.data.rows.map((row) => (
              <tr key={row.section} className="border-b">
                <th scope="row" className="py-1 text-left font-mono text-xs font-normal wrap-any">
                  {visibleText(row.section)}
                </th>
                <td className="px-1 py-1 text-right">{format.count(row.checks)}</td>
                {VERDICTS.map((verdict) => {
                  const sum = row.cells.reduce((total, cell) => total + cell[verdict], 0)
                  return (
                    <td
                      key={verdict}
                      className={`px-1 py-1 text-right ${verdict === 'fail' && sum > 0 ? 'font-semibold text-bad' : ''}`}
                    >
                      {format.count(sum)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
