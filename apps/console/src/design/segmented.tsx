// A choice of few: radio buttons that look like one control.
import { useId } from 'react'

interface SegmentedProps<Value extends string> {
  readonly label: string
  readonly options: readonly { readonly value: Value; readonly text: string }[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly hideLabel?: boolean
}

export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, options, value, onChange, hideLabel = false } = props
  const name = useId()
  return (
    <fieldset className="min-w-0">
      <legend className={hideLabel ? 'sr-only' : 'mb-1 text-xs text-faint'}>{label}</legend>
      <div className="inline-flex w-full rounded-md border bg-sunken p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={`flex h-6.5 flex-1 cursor-pointer items-center justify-center rounded px-2.5 text-sm whitespace-nowrap has-focus-visible:outline-2 has-focus-visible:outline-accent ${option.value === value ? 'bg-surface font-medium text-text ring-1 ring-line-strong' : 'text-soft hover:text-text'}`}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            {option.text}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
