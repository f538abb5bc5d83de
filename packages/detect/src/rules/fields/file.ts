// fd.*, fs.path.*: the file that the event is about; and our own file.*, with the layer it lies in and what kind of path it is.
import type { FieldValue } from '@yagura/lang'
import type { KernelEvent } from '@yagura/schema'
import { everywhere, ofEvents, type Read, type RuleFields, unfilled } from './field.ts'
import { addressText, connectionName } from './network-text.ts'
import { baseName, directoryOf } from './text.ts'

export function pathOf(event: KernelEvent): string | undefined {
  return 'path' in event ? event.path : undefined
}

const path: Read = ({ event }) => pathOf(event)
const newPath: Read = ({ event }) => ('newPath' in event ? event.newPath : undefined)

/** What a descriptor leads to: the path of a file, the two ends of a connection. */
function descriptorName(event: KernelEvent): FieldValue {
  if (event.type === 'open') return event.path
  if (event.type === 'stdio') {
    const { remoteAddress, remotePort, id } = event.target
    return remoteAddress === undefined ? id : addressText(remoteAddress, remotePort ?? 0)
  }
  if ('remoteAddress' in event) return connectionName(event)
  return pathOf(event)
}

function typeOf(event: KernelEvent): readonly [name: string, char: string] | undefined {
  if (event.type === 'open')
    return event.path.endsWith('/') || (event.flags & 0o200_000) !== 0 ? ['directory', 'd'] : ['file', 'f']
  if (event.type === 'stdio') {
    if (event.target.kind === 'socket') return event.target.remoteAddress?.includes(':') ? ['ipv6', '6'] : ['ipv4', '4']
    if (event.target.kind === 'unix') return ['unix', 'u']
    return event.target.kind === 'pipe' ? ['pipe', 'p'] : ['file', 'f']
  }
  if ('family' in event) return event.family === 'inet6' ? ['ipv6', '6'] : ['ipv4', '4']
  if (event.type === 'socket') return event.domain === 'netlink' ? ['netlink', 'n'] : ['unknown', 'o']
  return 'path' in event ? ['file', 'f'] : undefined
}

export const fileFields: RuleFields = {
  'fd.name': everywhere({ type: 'string', cost: 2 }, ({ event }) => descriptorName(event)),
  'fd.nameraw': everywhere({ type: 'string', cost: 2 }, ({ event }) => descriptorName(event)),
  'fd.directory': everywhere({ type: 'string', cost: 4 }, ({ event }) => withText(pathOf(event), directoryOf)),
  'fd.filename': everywhere({ type: 'string', cost: 4 }, ({ event }) => withText(pathOf(event), baseName)),
  'fd.type': everywhere({ type: 'string', cost: 2 }, ({ event }) => typeOf(event)?.[0]),
  'fd.typechar': everywhere({ type: 'string', cost: 2 }, ({ event }) => typeOf(event)?.[1]),
  'fd.num': ofEvents(
    { type: 'number' },
    {
      open: () => 3,
      connect: () => 3,
      accept: () => 3,
      listen: () => 3,
      dns: () => 3,
      stdio: (event) => event.number,
      attribute: () => 3,
    },
  ),
  'fd.ino': everywhere({ type: 'number' }, ({ event }) => ('inode' in event ? Number(event.inode) : undefined)),
  'fd.dev': everywhere({ type: 'number' }, ({ event }) => ('device' in event ? event.device : undefined)),
  'fd.uid': unfilled(),
  'fd.containername': unfilled(),
  'fd.containerdirectory': unfilled(),
  'fd.dev.major': unfilled('number'),
  'fd.dev.minor': unfilled('number'),
  'fd.types': unfilled('list'),
  'fd.is_upper_layer': everywhere({ type: 'boolean' }, ({ event }) =>
    'layer' in event ? event.layer === 'upper' : undefined,
  ),
  'fd.is_lower_layer': everywhere({ type: 'boolean' }, ({ event }) =>
    'layer' in event ? event.layer === 'image' : undefined,
  ),
  'fs.path.name': everywhere({ type: 'string' }, path),
  'fs.path.nameraw': everywhere({ type: 'string' }, path),
  'fs.path.source': everywhere({ type: 'string' }, ({ event }) =>
    event.type === 'mount' ? event.sourcePath : pathOf(event),
  ),
  'fs.path.sourceraw': everywhere({ type: 'string' }, path),
  'fs.path.target': everywhere({ type: 'string' }, ({ event }) => ('newPath' in event ? event.newPath : pathOf(event))),
  'fs.path.targetraw': everywhere({ type: 'string' }, newPath),
}

function withText(text: string | undefined, read: (text: string) => string): string | undefined {
  return text === undefined ? undefined : read(text)
}
