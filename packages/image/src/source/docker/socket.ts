// An image out of the docker engine by its API (`GET /images/NAME/get`, the stream that `docker save` writes). Nothing is kept on disk:
// the stream is asked for once to learn what it holds, and again for each range of layers.
import { type IncomingMessage, request } from 'node:http'
import { err, type Result, YaguraError } from '@yagura/kernel'
import type { Chunks } from '@yagura/safe-io'
import { openStreamedArchive } from '../archive.ts'
import { openImageArchive } from '../docker-archive/index.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'

/** Until the engine answers: it may have to pack the layers first. */
const HEAD_TIMEOUT_MS = 120_000
const IDLE_TIMEOUT_MS = 60_000

export async function openThroughSocket(name: string, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  // names hold slashes, which are part of the path; everything else that could change it is refused
  if (!/^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}$/.test(name) || name.includes('..'))
    return err(new YaguraError('INPUT_INVALID', `${name} is not the name of an image.`))
  const what = `docker:${name}`
  const open = () => save(name, options)
  const archive = await openStreamedArchive(what, open, options.limits)
  return archive.ok ? openImageArchive(archive.value, options) : archive
}

async function* save(name: string, { dockerSocket, signal }: OpenOptions): Chunks & AsyncGenerator<Uint8Array> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({
      socketPath: dockerSocket,
      path: `/images/${name}/get`,
      headers: { host: 'docker' },
      ...(signal && { signal }),
    })
    sent.setTimeout(HEAD_TIMEOUT_MS, () => sent.destroy(new Error('no answer')))
    sent.on('response', (answer) => {
      sent.setTimeout(IDLE_TIMEOUT_MS)
      resolve(answer)
    })
    sent.on('error', reject)
    sent.end()
  }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw socketError(cause, dockerSocket)
  })
  try {
    if (response.statusCode === 404)
      throw new YaguraError('INPUT_NOT_FOUND', `docker has no image ${name} (asked at ${dockerSocket}).`)
    if (response.statusCode !== 200)
      throw new YaguraError('UNAVAILABLE', `The docker engine answers with status ${response.statusCode}.`)
    yield* response
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof YaguraError ? error : socketError(error, dockerSocket)
  } finally {
    response.destroy()
  }
}

function socketError(cause: unknown, path: string): YaguraError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EACCES' || code === 'EPERM')
    return new YaguraError('PERMISSION', `${path} may not be used by this user.`, { cause })
  return new YaguraError('UNAVAILABLE', `The docker engine does not answer at ${path}.`, { cause })
}
