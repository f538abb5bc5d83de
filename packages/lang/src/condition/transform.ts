// What rules do to a value before they test it: tolower(proc.name), basename(proc.exe), len(proc.args), b64(…).
import type { Scalar, Transform } from './ast.ts'

type Value = Scalar | readonly string[] | null | undefined

const MAX_BASE64_CHARS = 65_536

export function applyTransforms(value: Value, transforms: readonly Transform[]): Value {
  let current = value
  for (const transform of transforms) {
    if (current === null || current === undefined) return current
    current = applyOne(current, transform)
  }
  return current
}

function applyOne(value: Scalar | readonly string[], transform: Transform): Value {
  if (transform === 'len') return Array.isArray(value) ? value.length : String(value).length
  return Array.isArray(value)
    ? value.map((one) => transformText(one, transform) ?? '')
    : transformText(String(value), transform)
}

function transformText(text: string, transform: Transform): string | null {
  switch (transform) {
    case 'tolower':
      return text.toLowerCase()
    case 'toupper':
      return text.toUpperCase()
    case 'basename':
      return text.slice(text.lastIndexOf('/') + 1)
    case 'b64':
      return decodeBase64(text)
    default:
      return text
  }
}

/** null where the text is no base64. */
function decodeBase64(text: string): string | null {
  if (text.length > MAX_BASE64_CHARS) return null
  try {
    return atob(text)
  } catch {
    return null
  }
}
