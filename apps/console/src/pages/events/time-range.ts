// The time range of past events as the address holds it: a span back from now, or two moments.

export const RANGES = ['15m', '1h', '6h', '24h', '7d'] as const
export type Range = (typeof RANGES)[number]

const MINUTE = 60_000
const SPAN_MS: Record<Range, number> = {
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '6h': 360 * MINUTE,
  '24h': 1440 * MINUTE,
  '7d': 10_080 * MINUTE,
}

export interface RangeSearch {
  readonly range?: string
  readonly from?: string
  readonly to?: string
}

export type TimeRange =
  | { readonly kind: 'live' }
  | { readonly kind: 'past'; readonly range: Range | 'custom'; readonly from: string; readonly to?: string }

/** Live unless the address names a range. The start of a span is rounded to the minute, so that the answer can be cached. */
export function timeRange(search: RangeSearch, nowMs: number): TimeRange {
  const range = RANGES.find((one) => one === search.range)
  if (range) {
    const fromMs = Math.floor((nowMs - SPAN_MS[range]) / MINUTE) * MINUTE
    return { kind: 'past', range, from: new Date(fromMs).toISOString() }
  }
  const from = moment(search.from)
  if (!from) return { kind: 'live' }
  const to = moment(search.to)
  return { kind: 'past', range: 'custom', from, ...(to ? { to } : {}) }
}

function moment(text: string | undefined): string | undefined {
  const atMs = text ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString()
}
