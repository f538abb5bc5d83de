// Label selectors (kubernetes.io/docs/concepts/overview/working-with-objects/labels) and the patterns with * and ? that Kyverno and Gatekeeper
// allow in names.
import { at, isFields, listAt, textAt, textsAt } from '../document.ts'

export type Labels = Readonly<Record<string, string>>

/** An absent or empty selector matches everything. */
export function matchesSelector(selector: unknown, labels: Labels, wildcards = false): boolean {
  const wanted = at(selector, 'matchLabels')
  if (
    isFields(wanted) &&
    !Object.entries(wanted).every(([key, value]) => hasLabel(labels, key, String(value), wildcards))
  )
    return false
  return listAt(selector, 'matchExpressions').every((one) => matchesExpression(one, labels))
}

function hasLabel(labels: Labels, key: string, value: string, wildcards: boolean): boolean {
  if (!wildcards) return Object.hasOwn(labels, key) && labels[key] === value
  return Object.entries(labels).some(([name, one]) => matchesPattern(key, name) && matchesPattern(value, one))
}

function matchesExpression(expression: unknown, labels: Labels): boolean {
  const key = textAt(expression, 'key') ?? ''
  const values = textsAt(expression, 'values')
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}

/** `*` any text, `?` one character. Linear: at a mismatch only the last star takes one more. */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0
  let from = 0
  let star = -1
  let mark = 0
  while (from < text.length) {
    if (at < pattern.length && (pattern[at] === text[from] || pattern[at] === '?') && pattern[at] !== '*') {
      at++
      from++
    } else if (pattern[at] === '*') {
      star = at++
      mark = from
    } else if (star >= 0) {
      at = star + 1
      from = ++mark
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
