// Panes, sections and lists of facts.
import type { ReactNode } from 'react'

interface PaneProps {
  readonly title: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
  /** No padding inside: for tables and lists that reach the edges. */
  readonly flush?: boolean
}

export function Pane({ title, aside, children, className = '', flush = false }: PaneProps) {
  return (
    <section className={`pane min-w-0 ${className}`}>
      <header className="flex min-h-11 items-center justify-between gap-3 border-b px-4 py-1.5">
        <h2 className="min-w-0 truncate text-sm font-semibold">{title}</h2>
        {aside ? <div className="flex shrink-0 items-center gap-2 text-xs text-faint">{aside}</div> : null}
      </header>
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  )
}

export interface Fact {
  readonly name: string
  readonly value: ReactNode
}

/** Name and value in two columns; facts without a value are left out. */
export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  const present = facts.filter((fact): fact is Fact => fact !== null && fact.value !== null && fact.value !== '')
  return (
    <dl className="grid grid-cols-[minmax(104px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
      {present.map((fact) => (
        <div key={fact.name} className="contents">
          <dt className="text-faint">{fact.name}</dt>
          <dd className="min-w-0 wrap-any">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function SectionTitle({ children }: { children: ReactNode }) {
  return <h3 className="mb-2 text-xs font-semibold text-faint">{children}</h3>
}

export function Mono({ children, className = '' }: { children: ReactNode; className?: string }) {
  return <code className={`font-mono text-xs wrap-any ${className}`}>{children}</code>
}
