// Two rings read as one stream in which a cause always comes before its effect.
//
// Why a merge by the time of the first unread records is enough, without a window or a sort: a record's time is taken
// before its room in the ring, and each ring is in order of taking room. If Z is an effect of Y, Z's time is later than the
// moment Y took its room, so it is later than the times of Y and of all records that lie before Y. The merge therefore
// passes Y before it passes Z, whichever rings they are in. What could still break it is Y not being visible yet: so only
// records not later than `cutoffNs`, a time taken before the snapshots, are passed; and a record still being written stops
// the pass. Tested in merge.test.ts with random interleavings.
import { readU64 } from './memory.ts'
import { nextRecord, type Ring, release, rewind, snapshot } from './ring.ts'

/** In a long pass the kernel gets room back in between. */
const RELEASE_EVERY = 1024

export interface MergedRings {
  /** Passes records in order; returns how many. `timeOffset` is the place of the time in a record. */
  drain(cutoffNs: number, maxRecords: number, pass: (ring: Ring, index: number) => void): number
}

export function mergeRings(rings: readonly Ring[], timeOffset: number): MergedRings {
  /** Time of each ring's current record; Infinity at the end of the snapshot. */
  const times = new Float64Array(rings.length)

  function step(index: number): boolean {
    const ring = rings[index] as Ring
    const state = nextRecord(ring)
    times[index] = state === 'record' ? readU64(ring.memory, ring.at + timeOffset) : Number.POSITIVE_INFINITY
    return state !== 'busy'
  }

  return {
    drain(cutoffNs, maxRecords, pass) {
      for (const ring of rings) snapshot(ring)
      let clear = true
      for (let index = 0; index < rings.length; index++) clear = step(index) && clear
      let passed = 0
      // a handler that throws has had its record all the same
      let handing: Ring | undefined
      try {
        while (clear && passed < maxRecords) {
          const first = earliest(times)
          if ((times[first] as number) > cutoffNs) break
          passed++
          handing = rings[first] as Ring
          pass(handing, first)
          handing = undefined
          clear = step(first)
          if (passed % RELEASE_EVERY === 0) for (const ring of rings) release(ring)
        }
      } finally {
        if (handing !== undefined) nextRecord(handing)
        for (const ring of rings) {
          release(ring)
          rewind(ring)
        }
      }
      return passed
    },
  }
}

function earliest(times: Float64Array): number {
  let first = 0
  for (let index = 1; index < times.length; index++) {
    if ((times[index] as number) < (times[first] as number)) first = index
  }
  return first
}
