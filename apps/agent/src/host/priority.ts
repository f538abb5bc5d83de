// Who watches is scheduled before what is watched: otherwise a container that burns every processor also delays its own alarm.
import { setPriority } from 'node:os'

const PRIORITY = -10

/** Only root may; anybody else goes on as before. */
export function goFirst(): void {
  try {
    setPriority(PRIORITY)
  } catch {}
}
