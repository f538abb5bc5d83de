// A TCP connection that is read in parts of known length, with an end to every wait.
import { connect, type Socket } from 'node:net'

export interface Connection {
  write(bytes: Uint8Array | string): void
  /** Exactly so many bytes. Rejects when the other end closes or is silent. */
  take(bytes: number): Promise<Buffer>
  /** Up to and without the line's end. */
  line(): Promise<string>
  close(): void
}

const MAX_BYTES = 1024 * 1024

export async function openConnection(address: string, port: number, timeoutMs: number): Promise<Connection> {
  const socket = await opened(address, port, timeoutMs)
  let held = Buffer.alloc(0)
  let failure: Error | undefined
  let wake: (() => void) | undefined
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk])
    if (held.length > MAX_BYTES) socket.destroy(new Error('the answer is too long'))
    wake?.()
  })
  const end = (error?: Error) => {
    failure ??= error ?? new Error('the server closed the connection')
    wake?.()
  }
  socket.on('error', end)
  socket.on('close', () => end())
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('the server is silent')))

  async function until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (failure) throw failure
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  return {
    write: (bytes) => void socket.write(bytes),
    async take(bytes) {
      await until(() => held.length >= bytes)
      const taken = held.subarray(0, bytes)
      held = held.subarray(bytes)
      return taken
    },
    async line() {
      await until(() => held.includes('\r\n'))
      const at = held.indexOf('\r\n')
      const taken = held.subarray(0, at).toString('utf8')
      held = held.subarray(at + 2)
      return taken
    },
    close: () => void socket.destroy(),
  }
}

function opened(address: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = address.startsWith('/') ? connect({ path: address }) : connect({ host: address, port })
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), timeoutMs)
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
