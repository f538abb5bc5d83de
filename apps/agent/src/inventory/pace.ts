// How often everything is listed: every ten seconds, and on a node on which nothing changes once a minute, where the sensor sees
// containers come and go.

export interface Pace {
  /** A listing brought something new. */
  noteChange(): void
  /** The containers that the sensor sees; true when they are others than the last time. */
  noteLive(containerIds: readonly string[]): boolean
  isDue(lastListingMs: number): boolean
}

const PERIOD_MS = 10_000
/** After so long without a change. */
const CALM_MS = 30_000
const CALM_PERIOD_MS = 60_000

export function createPace({ monotonicMs }: { readonly monotonicMs: () => number }): Pace {
  /** undefined while nobody says what the sensor sees. */
  let live: string | undefined
  let changedAtMs = monotonicMs()

  return {
    noteChange() {
      changedAtMs = monotonicMs()
    },
    noteLive(containerIds) {
      const before = live
      live = containerIds.toSorted().join(' ')
      if (before === undefined || before === live) return false
      changedAtMs = monotonicMs()
      return true
    },
    isDue(lastListingMs) {
      const nowMs = monotonicMs()
      const isCalm = live !== undefined && nowMs - changedAtMs >= CALM_MS
      return nowMs - lastListingMs >= (isCalm ? CALM_PERIOD_MS : PERIOD_MS)
    },
  }
}
