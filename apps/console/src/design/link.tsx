// Links out of the console. Only http and https become links; everything else stays text.
import { ArrowUpRight } from 'lucide-react'
import { visibleText, webAddress } from '../format/text.ts'

export function OutsideLink({ address }: { address: string }) {
  const href = webAddress(address)
  if (!href) return <span className="wrap-any">{visibleText(address)}</span>
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="inline-flex items-start gap-0.5 text-accent wrap-any hover:underline"
    >
      {visibleText(href)}
      <ArrowUpRight size={12} aria-hidden="true" className="mt-1 shrink-0" />
    </a>
  )
}

export const linkClass = 'text-accent hover:underline'
