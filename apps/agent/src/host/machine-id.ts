// The machine's identity: machine-id(5). Machines without one get an id of our own, kept beside the agent's identity.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readSmallFile, writeFileAtomically } from '../files/atomic.ts'

const PLACES = ['/etc/machine-id', '/var/lib/dbus/machine-id']
const MACHINE_ID = /^[0-9a-f]{32}$/

export function machineId(directory: string, places: readonly string[] = PLACES): string {
  const own = join(directory, 'machine-id')
  for (const place of [...places, own]) {
    const text = readSmallFile(place, 256)?.trim()
    if (text && MACHINE_ID.test(text)) return text
  }
  const made = randomBytes(16).toString('hex')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileAtomically(own, `${made}\n`)
  return made
}
