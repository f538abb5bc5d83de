// What is wrong with the layers of a baseline: said, because it changes what is seen.
import type { LocalisedText } from '@yagura/schema'
import { TriangleAlert } from 'lucide-react'
import { useLocalised } from '../../design/use-localised.ts'

export function Problems({ problems }: { problems: readonly LocalisedText[] }) {
  const localised = useLocalised()
  if (problems.length === 0) return null
  return (
    <ul className="flex flex-col gap-1 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      {[...new Set(problems.map(localised))].map((problem) => (
        <li key={problem} className="flex items-start gap-2">
          <TriangleAlert size={14} aria-hidden="true" className="mt-1 shrink-0" />
          <span className="min-w-0 wrap-any">{problem}</span>
        </li>
      ))}
    </ul>
  )
}
