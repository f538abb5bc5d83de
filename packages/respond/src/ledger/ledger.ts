// What stands now: actions that last until they are undone or expire. On disk, so that a restart neither forgets a frozen
// container nor lifts a quarantine.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type ResponseAction, responseAction } from '@yagura/schema'
import { z } from 'zod'

const content = z.object({
  version: z.literal(1),
  standing: z.array(responseAction).max(10_000),
  containmentsMs: z.array(z.number()).max(10_000),
})
type Content = z.infer<typeof content>

export interface Ledger {
  standing(): readonly ResponseAction[]
  containmentsMs(): readonly number[]
  add(action: ResponseAction): void
  remove(id: string): ResponseAction | undefined
  noteContainment(atMs: number): void
}

const KEPT_CONTAINMENTS = 1000

/** A ledger that cannot be read is an error: starting without it would leave containers frozen that nobody knows of. */
export function openLedger(path: string): Ledger {
  let now: Content = existsSync(path)
    ? content.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { version: 1, standing: [], containmentsMs: [] }
  function save(next: Content): void {
    now = next
    writeFileSync(`${path}.draft`, JSON.stringify(next), { mode: 0o600, flush: true })
    renameSync(`${path}.draft`, path)
  }
  return {
    standing: () => now.standing,
    containmentsMs: () => now.containmentsMs,
    add(action) {
      save({ ...now, standing: [...now.standing.filter((one) => one.id !== action.id), action] })
    },
    remove(id) {
      const found = now.standing.find((one) => one.id === id)
      if (found) save({ ...now, standing: now.standing.filter((one) => one.id !== id) })
      return found
    },
    noteContainment(atMs) {
      save({ ...now, containmentsMs: [...now.containmentsMs, atMs].slice(-KEPT_CONTAINMENTS) })
    },
  }
}
