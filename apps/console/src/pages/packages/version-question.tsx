// Two fields beside the filter line: "who has this package, older than that version?" Enter, or leaving a field, asks.
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

interface Question {
  readonly name: string
  readonly below: string
}

interface VersionQuestionProps extends Question {
  readonly onAsk: (question: Question) => void
}

const fieldClass =
  'h-8 min-w-0 flex-1 rounded-md border bg-surface px-2.5 font-mono text-xs placeholder:font-sans placeholder:text-sm placeholder:text-faint disabled:opacity-60 sm:flex-none'

export function VersionQuestion({ name, below, onAsk }: VersionQuestionProps) {
  const { t } = useTranslation()
  function ask(change: Partial<Question>): void {
    const asked = { name, below, ...change }
    if (asked.name !== name || asked.below !== below) onAsk(asked)
  }
  const leaveOnEnter = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur()
  }
  const shared = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, onKeyDown: leaveOnEnter }
  return (
    <div className="flex items-center gap-1">
      <input
        {...shared}
        aria-label={t('packages.exactName')}
        placeholder={t('packages.exactName')}
        maxLength={512}
        defaultValue={name}
        onBlur={(event) => ask({ name: event.target.value.trim() })}
        className={`${fieldClass} sm:w-36`}
      />
      <input
        {...shared}
        aria-label={t('packages.below')}
        placeholder={t('packages.below')}
        title={name ? undefined : t('packages.belowNeedsName')}
        disabled={!name}
        maxLength={128}
        defaultValue={below}
        onBlur={(event) => ask({ below: event.target.value.trim() })}
        className={`${fieldClass} sm:w-40`}
      />
    </div>
  )
}
