// A moment: relative on screen, absolute on hover.
import { useFormat, useNow } from './use-format.ts'

export function Time({ at, className = '' }: { at: string; className?: string }) {
  const format = useFormat()
  const now = useNow()
  return (
    <time dateTime={at} title={format.absolute(at)} className={`whitespace-nowrap ${className}`}>
      {format.relative(at, now)}
    </time>
  )
}

/** Both forms, for places with room. */
export function FullTime({ at }: { at: string }) {
  const format = useFormat()
  const now = useNow()
  return (
    <time dateTime={at}>
      {format.absolute(at)} <span className="text-faint">({format.relative(at, now)})</span>
    </time>
  )
}
