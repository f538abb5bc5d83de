// The lines of a recording, within budgets: a recording may come from anywhere.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createZstdDecompress } from 'node:zlib'
import { RECORDING_VERSION, type RecordedLine, type RecordingHeader } from '@yagura/detect'
import { defaultLimits, YaguraError } from '@yagura/kernel'
import { eventType } from '@yagura/schema'

const UNPACKED_BYTES_MAX = 64 * 1024 * 1024 * 1024

export interface Recording {
  readonly header: RecordingHeader
  readonly lines: AsyncIterable<RecordedLine>
}

export async function openRecording(path: string): Promise<Recording> {
  const source = createReadStream(path)
  const packed = createZstdDecompress()
  const failed = new Promise<never>((_, reject) => {
    source.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'ENOENT'
          ? new YaguraError('INPUT_NOT_FOUND', `There is no file ${path}.`)
          : new YaguraError('INPUT_INVALID', `${path} cannot be read: ${cause.message}.`, { cause }),
      ),
    )
    packed.once('error', (cause) =>
      reject(new YaguraError('INPUT_INVALID', `${path} is no recording, or it is cut off.`, { cause })),
    )
  })
  failed.catch(() => {})
  source.pipe(packed)
  const texts = createInterface({ input: packed, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  const first = await Promise.race([texts.next(), failed])
  const header = first.done ? undefined : (parse(first.value) as Partial<RecordingHeader> | undefined)
  if (header?.format !== 'yagura-recording') throw new YaguraError('INPUT_INVALID', `${path} is no recording.`)
  if (header.version !== RECORDING_VERSION) {
    throw new YaguraError(
      'INPUT_UNSUPPORTED',
      `${path} has version ${String(header.version)}; this program reads ${RECORDING_VERSION}.`,
    )
  }
  return { header: header as RecordingHeader, lines: read(texts, failed, path) }
}

async function* read(texts: AsyncIterator<string>, failed: Promise<never>, path: string): AsyncGenerator<RecordedLine> {
  let number = 1
  let bytes = 0
  for (;;) {
    const next = await Promise.race([texts.next(), failed])
    if (next.done) return
    number++
    bytes += next.value.length
    if (next.value.length > defaultLimits.lineBytes || bytes > UNPACKED_BYTES_MAX) {
      throw new YaguraError('LIMIT_EXCEEDED', `${path} holds more than a recording may, in line ${number}.`)
    }
    const line = parse(next.value)
    if (!isLine(line)) throw new YaguraError('INPUT_INVALID', `Line ${number} of ${path} is no line of a recording.`)
    yield line
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the detector relies on; the rest of an event is read with care anyway. */
function isLine(line: unknown): line is RecordedLine {
  if (typeof line !== 'object' || line === null) return false
  if ('tick' in line) return typeof line.tick === 'number'
  if ('container' in line) return typeof line.container === 'string' && 'identity' in line
  if ('loss' in line) return typeof line.loss === 'object' && line.loss !== null
  if ('audit' in line) return typeof line.audit === 'object' && line.audit !== null
  if (!('event' in line) || typeof line.event !== 'object' || line.event === null) return false
  const event = line.event as Record<string, unknown>
  return (
    eventType.safeParse(event.type).success &&
    typeof event.id === 'string' &&
    typeof event.at === 'string' &&
    typeof event.pid === 'number' &&
    typeof event.startNs === 'string' &&
    typeof event.exe === 'string' &&
    Array.isArray(event.ancestry)
  )
}
