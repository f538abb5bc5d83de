// What was concluded of a package is remembered, for the next image that has it too: most packages of a fleet are in many images.
// Bounded: two generations, of which the older is forgotten when the newer is full. So a hit costs one look into a map.
import type { Decision } from './decide.ts'

export interface MatchMemory {
  /** Decisions under one database and one way of asking; another database forgets all. */
  of(database: object, context: string): Pick<Map<string, Decision>, 'get' | 'set'>
}

/** `maxPackages`: how many different packages are remembered. */
export function createMatchMemory(maxPackages = 200_000): MatchMemory {
  const half = Math.max(1, Math.ceil(maxPackages / 2))
  let owner: WeakRef<object> | undefined
  let young = new Map<string, Map<string, Decision>>()
  let old = new Map<string, Map<string, Decision>>()
  let count = 0

  function keep(context: string, key: string, decision: Decision): void {
    if (count >= half) {
      old = young
      young = new Map()
      count = 0
    }
    const known = young.get(context) ?? new Map<string, Decision>()
    young.set(context, known.set(key, decision))
    count++
  }

  return {
    of(database, context) {
      if (owner?.deref() !== database) {
        owner = new WeakRef(database)
        young = new Map()
        old = new Map()
        count = 0
      }
      return {
        get(key) {
          const recent = young.get(context)?.get(key)
          if (recent) return recent
          const older = old.get(context)?.get(key)
          if (older) keep(context, key, older)
          return older
        },
        set(key, decision) {
          keep(context, key, decision)
          return this as never
        },
      }
    },
  }
}
