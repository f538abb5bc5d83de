// Proves losses: every record of a CPU for a ring has the next number, lost ones too, so a hole is a record that never came.

export interface SequenceTracker {
  seen(cpu: number, sequence: number): void
  /** Records proven lost so far. */
  readonly missing: number
}

/** `isContinued`: the ring was read by another sensor before; the first number of each CPU is taken as it comes. */
export function createSequenceTracker(isContinued = false): SequenceTracker {
  const following: number[] = []
  let missing = 0
  return {
    seen(cpu, sequence) {
      const expected = following[cpu] ?? (isContinued ? sequence : 0)
      if (sequence < expected) return
      missing += sequence - expected
      following[cpu] = sequence + 1
    },
    get missing() {
      return missing
    },
  }
}
