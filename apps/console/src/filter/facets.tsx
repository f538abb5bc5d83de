// Values of a field with their counts under the present filter; a click changes the filter line.
import type { Fields } from '@yagura/lang'
import type { Facet, Severity } from '@yagura/schema'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SEVERITY_ORDER, SeverityShape } from '../design/severity.tsx'
import { useFormat } from '../design/use-format.ts'
import { shortImageName, visibleText } from '../format/text.ts'
import { chosenValues, toggleValue } from './edit.ts'

const SHORT_LIST = 6

interface FacetsProps {
  readonly facets: readonly Facet[]
  readonly fields: Fields
  readonly filter: string
  readonly onApply: (text: string) => void
}

export function Facets({ facets, fields, filter, onApply }: FacetsProps) {
  return (
    <div className="flex flex-col gap-5">
      {facets
        .filter((facet) => Object.hasOwn(fields, facet.field) && facet.values.length > 0)
        .map((facet) => (
          <FacetList
            key={facet.field}
            facet={facet}
            chosen={chosenValues(filter, facet.field, fields)}
            onToggle={(value) => onApply(toggleValue(filter, facet.field, value, fields))}
          />
        ))}
    </div>
  )
}

interface FacetListProps {
  readonly facet: Facet
  readonly chosen: readonly string[]
  readonly onToggle: (value: string) => void
}

function FacetList({ facet, chosen, onToggle }: FacetListProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [all, setAll] = useState(false)
  const values = inOrder(facet)
  const shown = all ? values : values.slice(0, SHORT_LIST)
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 px-1.5 text-xs font-semibold text-faint">
        {t(`fields.${facet.field}` as 'fields.severity', { defaultValue: facet.field })}
      </legend>
      <ul>
        {shown.map(({ value, count }) => (
          <li key={value}>
            <label className="flex h-7 cursor-pointer items-center gap-2 rounded px-1.5 text-sm hover:bg-hover">
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                onChange={() => onToggle(value)}
                className="size-3.5 shrink-0 accent-accent-solid"
              />
              <span className="flex min-w-0 flex-1 items-center gap-1.5 truncate" title={value}>
                <FacetValue field={facet.field} value={value} />
              </span>
              <span className="text-xs text-faint">{format.count(count)}</span>
            </label>
          </li>
        ))}
      </ul>
      {values.length > SHORT_LIST ? (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="mt-0.5 rounded px-1.5 text-xs text-soft hover:text-accent"
        >
          {all ? t('filter.fewer') : t('filter.more', { count: values.length - SHORT_LIST })}
        </button>
      ) : null}
    </fieldset>
  )
}

function inOrder(facet: Facet): Facet['values'] {
  if (facet.field !== 'severity') return facet.values
  return facet.values.toSorted(
    (a, b) => SEVERITY_ORDER.indexOf(a.value as Severity) - SEVERITY_ORDER.indexOf(b.value as Severity),
  )
}

/** Fields whose values the catalogue names already, for everywhere else. */
const FACET_WORDS: Readonly<Record<string, readonly string[]>> = {
  grade: ['grades'],
  tactic: ['tactics'],
  kind: ['actionKinds'],
  state: ['actionStates'],
}

/** Values of ours in the reader's language, values of the world as they are. */
function FacetValue({ field, value }: { field: string; value: string }): ReactNode {
  const { t } = useTranslation()
  if (field === 'severity')
    return (
      <>
        <SeverityShape severity={value as Severity} />
        {t(`severity.${value as Severity}`)}
      </>
    )
  if (field === 'asset' || field === 'image') return <span className="truncate">{shortImageName(value)}</span>
  const keys = [`facetValues.${field}.${value}`, ...(FACET_WORDS[field] ?? []).map((words) => `${words}.${value}`)]
  const text = t(keys as unknown as 'facetValues.fixable.true', { defaultValue: visibleText(value) })
  return <span className="truncate">{text || '–'}</span>
}
