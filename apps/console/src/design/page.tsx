// The frame of a page: its title, what stands beside it, and the document title.
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { visibleText } from '../format/text.ts'

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${visibleText(title)} · Yagura`
  }, [title])
}

interface PageHeaderProps {
  readonly title: string
  readonly count?: ReactNode
  readonly children?: ReactNode
  readonly crumbs?: readonly { readonly name: string; readonly to: string; readonly params?: Record<string, string> }[]
  readonly icon?: ReactNode
}

export function PageHeader({ title, count, children, crumbs = [], icon }: PageHeaderProps) {
  useTitle(title)
  return (
    <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b bg-surface px-4 py-2 sm:px-6">
      <div className="flex min-w-0 flex-1 basis-full items-center gap-2 sm:basis-40">
        {crumbs.map((crumb) => (
          <span key={`${crumb.to}${crumb.name}`} className="flex min-w-0 shrink items-center gap-2 text-sm text-soft">
            <Link
              to={crumb.to}
              params={crumb.params as never}
              className="max-w-48 truncate hover:text-accent hover:underline"
            >
              {visibleText(crumb.name)}
            </Link>
            <ChevronRight size={14} aria-hidden="true" className="shrink-0 text-faint" />
          </span>
        ))}
        {icon}
        <h1 className="truncate text-base font-semibold" title={title}>
          {visibleText(title)}
        </h1>
        {count === undefined || count === null ? null : <span className="text-sm text-faint">{count}</span>}
      </div>
      {children}
    </header>
  )
}

/** A page that scrolls as a whole, for detail and overview. */
export function PageBody({ children, className = '' }: { children: ReactNode; className?: string }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className={`max-w-360 p-4 sm:p-6 ${className}`}>{children}</div>
    </div>
  )
}
