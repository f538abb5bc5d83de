// Times between JavaScript and PostgreSQL: milliseconds on both sides.
export function isoTime(time: Date): string {
  return time.toISOString()
}

/** A reported time that cannot be ahead of now, so that a clock that ran ahead does not freeze what it reported. */
export function notAfter(time: string, now: Date): Date {
  const reported = new Date(time)
  return reported > now ? now : reported
}
