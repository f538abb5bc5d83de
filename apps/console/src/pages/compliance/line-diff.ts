// What changed from one text to another, line by line: the longest common subsequence, found after equal ends are set aside.

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Beyond this many comparisons the middle is shown as replaced as a whole. */
const MOST_COMPARISONS = 4_000_000

export function lineDiff(before: string, after: string): DiffLine[] {
  const old = linesOf(before)
  const now = linesOf(after)
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  return [
    ...old.slice(0, start).map(line('same')),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(line('same')),
  ]
}

/** Changed lines and a few around them. */
export function changedParts(lines: readonly DiffLine[], around: number): DiffLine[] {
  const near = new Set<number>()
  lines.forEach((one, index) => {
    if (one.kind !== 'same') for (let at = index - around; at <= index + around; at++) near.add(at)
  })
  return lines.filter((_, index) => near.has(index))
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function line(kind: DiffLine['kind']): (text: string) => DiffLine {
  return (text) => ({ kind, text })
}

function middle(old: readonly string[], now: readonly string[]): DiffLine[] {
  const width = now.length + 1
  if (old.length * now.length > MOST_COMPARISONS || old.length === 0 || now.length === 0)
    return [...old.map(line('removed')), ...now.map(line('added'))]
  // lengths[i][j]: the longest common subsequence of what follows old line i and new line j
  const lengths = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      lengths[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '' })
      i++
      j++
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old[i++] ?? '' })
    } else lines.push({ kind: 'added', text: now[j++] ?? '' })
  }
  return lines
}
