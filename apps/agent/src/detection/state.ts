// What detection has learnt and which chains are open, on disk between two runs of the agent: all of it now and then, and beside
// it the incidents that were told since, each before it is told.
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Logger } from '@yagura/kernel'
import { type IncidentReport, incidentReport } from '@yagura/schema'
import { writeFileAtomically } from '../files/atomic.ts'

export interface DetectionState {
  /** Undefined on the first start, and when what is there cannot be read. */
  load(): Uint8Array | undefined
  /** Newest revision of each incident that was told since the last save. */
  told(): IncidentReport[]
  save(state: Uint8Array): void
  /** Costs no more than writing a line. */
  note(incident: IncidentReport): void
  /** So much was told that it is time to save. */
  isFull(): boolean
}

const STATE_BYTES_MAX = 64 * 1024 * 1024
const TOLD_BYTES_MAX = 8 * 1024 * 1024

export function openDetectionState(directory: string, logger: Logger): DetectionState {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'detection.zst')
  const toldPath = join(directory, 'told.jsonl')
  let toldBytes = statSync(toldPath, { throwIfNoEntry: false })?.size ?? 0
  return {
    load() {
      try {
        if (statSync(path).size > STATE_BYTES_MAX) return undefined
        return zstdDecompressSync(readFileSync(path), { maxOutputLength: STATE_BYTES_MAX })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
          logger.warn({ err: error }, 'What detection had learnt cannot be read; it learns anew.')
        }
        return undefined
      }
    },
    told() {
      if (toldBytes === 0 || toldBytes > 2 * TOLD_BYTES_MAX) return []
      const newest = new Map<string, IncidentReport>()
      for (const line of readFileSync(toldPath, 'utf8').split('\n')) {
        const incident = parseIncident(line)
        if (incident !== undefined) newest.set(incident.id, incident)
      }
      return [...newest.values()]
    },
    save(state) {
      if (state.length === 0) return
      try {
        writeFileAtomically(path, zstdCompressSync(state, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }))
        rmSync(toldPath, { force: true })
        toldBytes = 0
      } catch (error) {
        logger.warn({ err: error }, 'What detection has learnt could not be saved.')
      }
    },
    note(incident) {
      const line = `${JSON.stringify(incident)}\n`
      if (toldBytes + line.length > TOLD_BYTES_MAX) return
      try {
        appendFileSync(toldPath, line, { mode: 0o600 })
        toldBytes += line.length
      } catch (error) {
        logger.warn({ err: error }, 'An incident could not be noted for the next start.')
      }
    },
    isFull: () => toldBytes > TOLD_BYTES_MAX / 2,
  }
}

/** The last line may be torn. */
function parseIncident(line: string): IncidentReport | undefined {
  if (line === '') return undefined
  try {
    const parsed = incidentReport.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
