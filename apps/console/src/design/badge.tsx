// Small labels for states and kinds.
import type { ReactNode } from 'react'

type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent'

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-soft',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  accent: 'bg-chosen text-accent',
}

export function Badge({ tone = 'neutral', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span
      title={title}
      className={`inline-flex h-5 max-w-full align-top items-center gap-1 truncate rounded px-1.5 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  )
}

/** A state: a dot whose form differs too (full, ring), and a word. */
export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  const fill: Record<Tone, string> = {
    neutral: 'border border-line-strong',
    good: 'bg-good',
    warn: 'border-2 border-warn',
    bad: 'bg-bad rounded-none!',
    accent: 'bg-accent',
  }
  return (
    <span className="inline-flex items-center gap-1.5 align-top whitespace-nowrap">
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${fill[tone]}`} />
      {children}
    </span>
  )
}
