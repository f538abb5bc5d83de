// Small words of sketches.
import type { Descriptor } from '@yagura/schema'

export function splitArgs(written: string | string[] | undefined, exe: string): string[] {
  if (written === undefined) return [exe]
  return typeof written === 'string' ? written.split(' ') : written
}

/** `socket:10.0.0.9:4444`, `pipe:7`, `null`, `terminal` */
export function descriptorOf(written: string): Descriptor {
  const [kind = 'null', first, port] = written.split(':')
  if (kind === 'socket' && port !== undefined)
    return { kind, id: '9', remoteAddress: first ?? '', remotePort: Number(port) }
  return { kind: kind as Descriptor['kind'], id: first ?? '0' }
}
