// The filter line: one line in the words of the API, with completion. Enter applies; the address holds what was applied.
import { type Completion, completions, type Fields, parseCondition } from '@yagura/lang'
import { ListFilter, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../app/shortcuts.ts'
import { IconButton, Key } from '../design/button.tsx'
import { understood } from './edit.ts'

const MOST_OPTIONS = 10

interface FilterLineProps {
  readonly fields: Fields
  readonly value: string
  readonly onApply: (text: string) => void
  /** Field that plain words search in. */
  readonly wordField: string
}

export function FilterLine({ fields, value, onApply, wordField }: FilterLineProps) {
  const { t } = useTranslation()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(value)
  const [cursor, setCursor] = useState(value.length)
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState(-1)
  useEffect(() => setText(value), [value])
  useShortcuts([{ keys: '/', text: t('shortcuts.filter'), run: () => input.current?.focus() }])

  // Set with the text itself, not a frame later: the next key may already be on its way.
  const placeCursor = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (placeCursor.current === null) return
    input.current?.setSelectionRange(placeCursor.current, placeCursor.current)
    placeCursor.current = null
  })

  const suggestions = useMemo(() => completions(text, cursor, fields), [text, cursor, fields])
  const options = open ? suggestions.options.slice(0, MOST_OPTIONS) : []
  const problem = useMemo(() => problemOf(text, fields, wordField), [text, fields, wordField])
  const showProblem = problem !== null && !open

  function accept(option: Completion): void {
    const before = text.slice(0, suggestions.from) + option.insert
    const next = before + text.slice(cursor)
    setText(next)
    setCursor(before.length)
    setChosen(-1)
    placeCursor.current = before.length
  }

  function apply(): void {
    const final = understood(text, fields, wordField)
    setText(final)
    setOpen(false)
    setChosen(-1)
    if (problemOf(final, fields, wordField) === null && final !== value) onApply(final)
  }

  function clear(): void {
    setText('')
    setCursor(0)
    if (value !== '') onApply('')
    input.current?.focus()
    setOpen(false)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' && options.length > 0) setChosen((chosen + 1) % options.length)
    else if (event.key === 'ArrowUp' && options.length > 0) setChosen((chosen - 1 + options.length) % options.length)
    else if ((event.key === 'Enter' || event.key === 'Tab') && options[chosen]) accept(options[chosen])
    else if (event.key === 'Enter') apply()
    else if (event.key === 'Escape' && open) setOpen(false)
    else if (event.key === 'Escape') input.current?.blur()
    else return
    event.preventDefault()
  }

  return (
    <div className="relative min-w-0 flex-1">
      <div
        className={`flex h-8 items-center gap-2 rounded-md border bg-surface pr-1 pl-2.5 focus-within:border-accent focus-within:ring-1 focus-within:ring-accent ${showProblem ? 'border-bad' : ''}`}
      >
        <ListFilter size={14} aria-hidden="true" className="shrink-0 text-faint" />
        <input
          ref={input}
          role="combobox"
          aria-label={t('filter.label')}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-options`}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 && options[chosen] ? `${id}-${chosen}` : undefined}
          aria-invalid={showProblem}
          aria-describedby={showProblem ? `${id}-problem` : undefined}
          placeholder={t('filter.placeholder')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={text}
          className="h-full min-w-0 flex-1 bg-transparent font-mono text-xs outline-none placeholder:font-sans placeholder:text-sm placeholder:text-faint"
          onChange={(event) => {
            setText(event.target.value)
            setCursor(event.target.selectionStart ?? event.target.value.length)
            setOpen(true)
            setChosen(-1)
          }}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => setOpen(true)}
          onBlur={() => {
            setOpen(false)
            setChosen(-1)
          }}
          onKeyDown={onKeyDown}
        />
        {text === '' ? (
          <Key>/</Key>
        ) : (
          <IconButton label={t('filter.clear')} icon={<X size={14} />} className="size-6!" onClick={clear} />
        )}
      </div>
      {showProblem ? (
        <p
          id={`${id}-problem`}
          role="alert"
          className="absolute top-full right-0 left-0 z-30 mt-1 rounded-md border border-bad/40 bg-raised px-2.5 py-1 text-xs text-bad shadow-float"
        >
          {problem}
        </p>
      ) : null}
      <div
        id={`${id}-options`}
        role="listbox"
        aria-label={t('filter.suggestions')}
        hidden={options.length === 0}
        className="absolute top-full left-0 z-30 mt-1 w-80 max-w-full rounded-lg border border-line-strong bg-raised p-1 shadow-float"
      >
        {options.map((option, index) => (
          <div
            key={`${option.kind} ${option.label}`}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onPointerDown={(event) => {
              event.preventDefault()
              accept(option)
            }}
            className={`flex h-7 items-center justify-between gap-4 rounded px-2 text-xs ${index === chosen ? 'bg-chosen' : 'hover:bg-hover'}`}
          >
            <span className="truncate font-mono">{option.label}</span>
            <span className="shrink-0 text-faint">{t(`filter.kinds.${option.kind}`)}</span>
          </div>
        ))}
      </div>
    </div>
  )
}

function problemOf(text: string, fields: Fields, wordField: string): string | null {
  const final = understood(text, fields, wordField)
  if (final === '') return null
  const parsed = parseCondition(final, fields)
  return parsed.ok ? null : parsed.error.message
}
