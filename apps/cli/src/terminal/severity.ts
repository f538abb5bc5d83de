// Severity as word, symbol and colour: none of the three is needed to read it.
import type { styleText } from 'node:util'
import type { Severity } from '@yagura/schema'

type Style = Parameters<typeof styleText>[0]

const LOOKS: Readonly<Record<Severity, { readonly symbol: string; readonly style: Style }>> = {
  critical: { symbol: '◆', style: ['bold', 'magenta'] },
  high: { symbol: '▲', style: ['bold', 'red'] },
  medium: { symbol: '●', style: 'yellow' },
  low: { symbol: '▽', style: 'cyan' },
  negligible: { symbol: '·', style: 'gray' },
  unknown: { symbol: '?', style: 'gray' },
}

export function severityText(severity: Severity): string {
  return `${LOOKS[severity].symbol} ${severity}`
}

export function severityStyle(severity: Severity): Style {
  return LOOKS[severity].style
}
