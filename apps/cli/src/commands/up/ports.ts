// Whether the server could listen where it is told to, asked before it starts, so that the answer is one sentence.
import { createServer } from 'node:net'
import { YaguraError } from '@yagura/kernel'

/** undefined, or why not. `setting` is the variable that chooses the port. */
export function portProblem(host: string, port: number, setting: string): Promise<YaguraError | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(describe(error, host, port, setting)))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}

function describe(error: NodeJS.ErrnoException, host: string, port: number, setting: string): YaguraError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new YaguraError('PORT_IN_USE', `Port ${port} is in use: set ${setting} to a free one.`, { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new YaguraError('USAGE', `YAGURA_HOST is "${host}", which is not an address of this machine.`, {
        cause: error,
      })
    case 'EACCES':
      return new YaguraError('PERMISSION', `Port ${port} needs more rights: set ${setting} to one above 1023.`, {
        cause: error,
      })
    default:
      return new YaguraError('INTERNAL', `Nothing can listen on ${host}:${port} (${error.code}).`, { cause: error })
  }
}
