// Which framework the reader looks through; without one, all of them.
import { FRAMEWORKS } from '@yagura/schema/frameworks'
import { useTranslation } from 'react-i18next'

export type Framework = (typeof FRAMEWORKS)[number]

interface FrameworkSelectProps {
  readonly value: Framework | undefined
  /** What it says when none is chosen. */
  readonly none: string
  readonly onChange: (value: Framework | undefined) => void
}

export function FrameworkSelect({ value, none, onChange }: FrameworkSelectProps) {
  const { t } = useTranslation()
  return (
    <select
      aria-label={t('compliance.framework')}
      value={value ?? ''}
      onChange={(event) => onChange(FRAMEWORKS.find((one) => one === event.target.value))}
      className="h-8 max-w-full rounded-md border bg-surface px-2 text-sm"
    >
      <option value="">{none}</option>
      {FRAMEWORKS.map((one) => (
        <option key={one} value={one}>
          {t(`frameworks.${one}`)}
        </option>
      ))}
    </select>
  )
}
