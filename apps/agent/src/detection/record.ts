// Records what detection would be told of this node: JSON lines in zstd, owner-only, within a budget of bytes.
import { createWriteStream } from 'node:fs'
import { hostname } from 'node:os'
import { constants, createZstdCompress } from 'node:zlib'
import { RECORDING_VERSION, type RecordedLine, type RecordingHeader } from '@yagura/detect'
import { type Logger, redactArguments } from '@yagura/kernel'
import type { Settings } from '../settings/settings.ts'
import { openFeed } from './feed.ts'
import { identityOf } from './identity.ts'

export interface RecordOptions {
  readonly settings: Settings
  readonly path: string
  readonly maxBytes: number
  readonly agentVersion: string
  readonly logger: Logger
  /** The budget is used up: recording has stopped by itself. */
  readonly onFull: () => void
}

export interface Recorder {
  stop(): Promise<{ readonly events: number; readonly bytes: number }>
}

const TICK_MS = 100
/** What the packer has not written yet may take this much memory; more is dropped and said in the recording. */
const WAITING_BYTES = 64 * 1024 * 1024

export async function startRecording(options: RecordOptions): Promise<Recorder> {
  const { settings, logger } = options
  const file = createWriteStream(options.path, { flags: 'wx', mode: 0o600 })
  await new Promise<void>((resolve, reject) => {
    file.once('open', () => resolve())
    file.once('error', reject)
  })
  const packer = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } })
  packer.pipe(file)
  let events = 0
  let dropped = 0
  let isFull = false
  let tickedAtMs = 0
  /** Containers, and how many listings in a row did not have them. */
  const known = new Map<string, number>()

  function write(line: RecordedLine | RecordingHeader): void {
    if (isFull) return
    packer.write(`${JSON.stringify(line)}\n`)
    if (file.bytesWritten < options.maxBytes) return
    isFull = true
    options.onFull()
  }

  const feed = await openFeed({
    settings,
    stateDirectory: settings.paths.root,
    logger,
    handlers(hostKey, clock) {
      const startedAt = new Date(clock.nowMs()).toISOString()
      const { agentVersion } = options
      write({
        format: 'yagura-recording',
        version: RECORDING_VERSION,
        hostKey,
        hostname: hostname(),
        agentVersion,
        startedAt,
      })
      return {
        onEvent(event) {
          if (packer.writableLength > WAITING_BYTES) {
            dropped++
            return
          }
          if (dropped > 0) {
            write({ loss: { atMs: clock.nowMs(), reason: `The recording left out ${dropped} events.` } })
            dropped = 0
          }
          events++
          write({ event: event.type === 'exec' ? { ...event, args: redactArguments(event.args) } : event })
        },
        onItems(items) {
          for (const item of items) {
            const identity = item.item === 'asset' ? identityOf(item.asset) : undefined
            if (identity === undefined) continue
            known.set(identity.containerId, 0)
            write({ container: identity.containerId, identity })
          }
        },
        onContainers(containerIds) {
          for (const [id, misses] of known) {
            if (containerIds.has(id)) known.set(id, 0)
            else if (misses === 0) known.set(id, 1)
            else {
              known.delete(id)
              write({ container: id, identity: null })
            }
          }
        },
        onGaps(gaps) {
          for (const { code, observedAt, reason } of gaps) {
            if (code === 'SENSOR_EVENTS_LOST') write({ loss: { atMs: Date.parse(observedAt), reason } })
          }
        },
        onTick() {
          const nowMs = clock.nowMs()
          if (nowMs - tickedAtMs < TICK_MS) return
          tickedAtMs = nowMs
          write({ tick: nowMs })
        },
      }
    },
  })
  return {
    async stop() {
      await feed.stop()
      await new Promise<void>((resolve) => {
        file.once('close', () => resolve())
        packer.end()
      })
      return { events, bytes: file.bytesWritten }
    },
  }
}
