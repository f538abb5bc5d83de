// Views of one place. Each is a link, so each has an address.
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useFormat } from './use-format.ts'

interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly { readonly id: Id; readonly text: string; readonly count?: number | undefined }[]
  readonly chosen: Id
  readonly link: (id: Id) => { to: string; params?: Record<string, string>; search?: Record<string, string> }
}

export function Tabs<Id extends string>({ label, tabs, chosen, link }: TabsProps<Id>) {
  const format = useFormat()
  const nav = useRef<HTMLElement>(null)
  // On a phone the chosen one may lie outside of what is seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another one is chosen
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [chosen])
  return (
    <nav ref={nav} aria-label={label} className="-mx-1 flex max-w-full gap-0.5 overflow-x-auto px-1">
      {tabs.map((tab) => {
        const { to, params, search } = link(tab.id)
        return (
          <Link
            key={tab.id}
            to={to}
            params={params as never}
            search={(search ?? {}) as never}
            aria-current={tab.id === chosen ? 'page' : undefined}
            className={`flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2.5 text-sm whitespace-nowrap ${tab.id === chosen ? 'bg-sunken font-medium text-text' : 'text-soft hover:bg-hover hover:text-text'}`}
          >
            {tab.text}
            {tab.count === undefined ? null : (
              <span className="text-xs font-normal text-faint">{format.count(tab.count)}</span>
            )}
          </Link>
        )
      })}
    </nav>
  )
}
