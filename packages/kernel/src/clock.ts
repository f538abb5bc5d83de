// Time comes in from outside, so that recorded history can be replayed.

export interface Clock {
  /** Milliseconds since the Unix epoch; may jump. */
  nowMs(): number
  /** Milliseconds on a clock that never goes back. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}
