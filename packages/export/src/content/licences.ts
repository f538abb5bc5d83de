// Which licences are SPDX expressions (SPDX 2.3, annex D), and how those that are not get names of their own.
import parseExpression from 'spdx-expression-parse'
import { contentDigest } from './digest.ts'

const MAX_EXPRESSION = 4096

export function isSpdxExpression(text: string): boolean {
  // the parser recurses, so what is long or deep does not reach it
  if (text.length > MAX_EXPRESSION || (text.match(/\(/g)?.length ?? 0) > 64) return false
  // no names from other documents, which this document would have to define
  if (/Ref-/i.test(text)) return false
  try {
    parseExpression(text)
    return true
  } catch {
    return false
  }
}

/** A licence of the SPDX list, alone. */
export function isSpdxId(text: string): boolean {
  return /^[\w.-]+$/.test(text) && isSpdxExpression(text)
}

/** One expression that says that all of them hold, naming what SPDX does not know by LicenseRef; undefined where there is none. */
export function joinedExpression(licences: readonly string[], define: (id: string, text: string) => void) {
  const parts = [...new Set(licences)]
    .filter((text) => text.trim() !== '')
    .map((text) => {
      if (isSpdxExpression(text)) return text
      const id = `LicenseRef-${contentDigest(text).slice(0, 16)}`
      define(id, text)
      return id
    })
  if (parts.length === 0) return undefined
  return parts.length === 1 ? parts[0] : parts.map((part) => (/\s/.test(part) ? `(${part})` : part)).join(' AND ')
}
