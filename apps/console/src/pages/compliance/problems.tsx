// What is wrong with the layers of a baseline: said, because it changes what is seen.
import { TriangleAlert } from 'lucide-react'
import { visibleText } from '../../format/text.ts'

export function Problems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null
  return (
    <ul className="flex flex-col gap-1 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      {problems.map((problem) => (
        <li key={problem} className="flex items-start gap-2">
          <TriangleAlert size={14} aria-hidden="true" className="mt-1 shrink-0" />
          <span className="min-w-0 wrap-any">{visibleText(problem)}</span>
        </li>
      ))}
    </ul>
  )
}
