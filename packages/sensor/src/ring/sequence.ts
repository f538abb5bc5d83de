// Proves losses: every record of a CPU for a ring has the next number, lost ones too, so a hole is a record that never came.

export interface SequenceTracker {
  seen(cpu: number, sequence: number): void
  /** Records proven lost so far. */
  readonly missing: number
}

export function createSequenceTracker(): SequenceTracker {
  const following: number[] = []
  let missing = 0
  return {
    seen(cpu, sequence) {
      const expected = following[cpu] ?? 0
      if (sequence < expected) return
      missing += sequence - expected
      following[cpu] = sequence + 1
    },
    get missing() {
      return missing
    },
  }
}
