// Counts, sizes and durations. `Intl` knows the separators and units of each language.

const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, options)
    formats.set(key, format)
  }
  return format
}

export function formatCount(value: number, locale: string): string {
  return numberFormat(locale, {}).format(value)
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Binary units, three significant figures: `1.46 GiB`. */
export function formatBytes(sizeBytes: number, locale: string): string {
  let step = 0
  let value = sizeBytes
  while (value >= 1024 && step < BYTE_UNITS.length - 1) {
    value /= 1024
    step += 1
  }
  const figures = step === 0 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: value >= 1000 ? 4 : 3 }
  return `${numberFormat(locale, figures).format(value)} ${BYTE_UNITS[step]}`
}

/** Processor time and the like: `340 ms`, `12.4 s`, `3.1 h`. */
export function formatDuration(durationMs: number, locale: string): string {
  const [value, unit] =
    durationMs < 1000
      ? ([durationMs, 'millisecond'] as const)
      : durationMs < 120_000
        ? ([durationMs / 1000, 'second'] as const)
        : durationMs < 7_200_000
          ? ([durationMs / 60_000, 'minute'] as const)
          : ([durationMs / 3_600_000, 'hour'] as const)
  return numberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  }).format(value)
}

/** A share for the eye: 0 and 100 % only when they are exact. */
export function formatShare(part: number, whole: number, locale: string): string {
  const share = whole === 0 ? 0 : part / whole
  const shown = share > 0 && share < 0.0001 ? 0.0001 : share < 1 && share > 0.9999 ? 0.9999 : share
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(shown)
}
