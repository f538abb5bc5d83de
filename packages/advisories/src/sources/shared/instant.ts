// Dates as feeds write them → RFC 3339 in UTC.

/** A time without a zone is UTC. null for placeholders such as year 1, and for what is no date. */
export function instant(text: string | null | undefined): string | null {
  if (!text) return null
  const zoned = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text) ? `${text}Z` : text
  const time = Date.parse(zoned)
  return Number.isNaN(time) || time < Date.UTC(1990, 0) ? null : new Date(time).toISOString()
}

export function newest(a: string | null, b: string | null): string | null {
  return (a ?? '') >= (b ?? '') ? a : b
}
