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

export function VersionQuestion({ name, below, onAsk }: VersionQuestionProps) {
  const { t } = useTranslation()
  function ask(change: Partial<Question>): void {
    const asked = { name, below, ...change }
    if (asked.name !== name || asked.below !== below) onAsk(asked)
  }
  return (
    <div className="flex items-center gap-1">
      <QuestionField label={t('fields.package')} value={name} most={512} onLeave={(text) => ask({ name: text })} />
      <QuestionField
        label={t('packages.below')}
        value={below}
        most={128}
        refusal={name ? undefined : t('packages.belowNeedsName')}
        onLeave={(text) => ask({ below: text })}
      />
    </div>
  )
}

interface QuestionFieldProps {
  readonly label: string
  readonly value: string
  readonly most: number
  /** Why it takes nothing now. */
  readonly refusal?: string | undefined
  readonly onLeave: (text: string) => void
}

/** The name stands inside the frame, so that a filled field still says what it is. */
function QuestionField({ label, value, most, refusal, onLeave }: QuestionFieldProps) {
  function leaveOnEnter(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur()
  }
  return (
    <label
      title={refusal}
      className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border bg-surface pl-2.5 focus-within:border-accent focus-within:ring-1 focus-within:ring-accent sm:w-44 sm:flex-none"
    >
      <span className="shrink-0 text-sm text-faint">{label}</span>
      <input
        defaultValue={value}
        maxLength={most}
        disabled={refusal !== undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onKeyDown={leaveOnEnter}
        onBlur={(event) => onLeave(event.target.value.trim())}
        className="h-full min-w-0 flex-1 bg-transparent pr-2 font-mono text-xs outline-none"
      />
    </label>
  )
}
