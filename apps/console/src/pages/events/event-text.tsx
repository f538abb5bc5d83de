// One event in one line: what was done, in the words of the kernel. Everything here was written by strangers and is shown as text.
import type { EventType, StoredEvent } from '@yagura/schema'
import {
  Activity,
  ArrowLeftRight,
  ArrowLeftToLine,
  ArrowUpRight,
  Binary,
  Box,
  Bug,
  Cpu,
  Ear,
  FileCog,
  FileKey,
  FileOutput,
  FilePenLine,
  FileX,
  FolderInput,
  FolderTree,
  GitFork,
  Globe,
  HardDrive,
  KeyRound,
  Link2,
  LogOut,
  type LucideIcon,
  MessagesSquare,
  Plug,
  Shield,
  SquareTerminal,
  UserCog,
  Waypoints,
  Zap,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { commandLine, visibleText } from '../../format/text.ts'

const ICONS: Record<EventType, LucideIcon> = {
  exec: SquareTerminal,
  fork: GitFork,
  exit: LogOut,
  connect: ArrowUpRight,
  accept: ArrowLeftToLine,
  listen: Ear,
  traffic: ArrowLeftRight,
  protocol: MessagesSquare,
  dns: Globe,
  socket: Plug,
  stdio: Waypoints,
  open: FilePenLine,
  rename: FileOutput,
  link: Link2,
  unlink: FileX,
  chmod: FileKey,
  chown: UserCog,
  mknod: HardDrive,
  attribute: FileCog,
  map: Binary,
  mount: FolderInput,
  chroot: FolderTree,
  namespace: Box,
  kill: Zap,
  trace: Bug,
  credential: KeyRound,
  capability: Shield,
  call: Cpu,
  sequence: Activity,
}

export function EventTypeLabel({ type }: { type: EventType }) {
  const { t } = useTranslation()
  const Icon = ICONS[type]
  return (
    <span className="inline-flex items-center gap-1.5 align-top whitespace-nowrap">
      <Icon size={14} aria-hidden="true" className="shrink-0 text-faint" />
      {t(`eventTypes.${type}`)}
    </span>
  )
}

export function EventText({ event }: { event: StoredEvent }) {
  const text = eventText(event)
  return (
    <code className="font-mono text-xs" title={text}>
      {text}
      {event.repeats ? <span className="ml-2 text-faint">×{event.repeats.count}</span> : null}
    </code>
  )
}

export function eventText(event: StoredEvent): string {
  switch (event.type) {
    case 'exec':
      return visibleText(event.args.length ? commandLine(event.args) : event.exe) + (event.argsTruncated ? ' …' : '')
    case 'fork':
      return `${visibleText(event.command)} → ${event.childPid}`
    case 'exit':
      return `${visibleText(event.command)} (${event.signal ? `signal ${event.signal}` : event.exitCode})`
    case 'connect':
      return `${visibleText(event.command)} → ${address(event.remoteAddress, event.remotePort)} ${event.protocol}`
    case 'accept':
      return `${address(event.remoteAddress, event.remotePort)} → ${visibleText(event.command)} :${event.localPort} ${event.protocol}`
    case 'open':
      return visibleText(event.path)
    case 'listen':
      return `${visibleText(event.command)} :${event.localPort} ${event.protocol}`
    case 'traffic':
      return `${address(event.remoteAddress, event.remotePort)} ↑${event.sentBytes} ↓${event.receivedBytes}`
    case 'protocol':
      return `${event.name} ${visibleText(event.detail)} → ${address(event.remoteAddress, event.remotePort)}`
    case 'dns':
      return `${visibleText(event.queryType)} ${visibleText(event.name)}`
    case 'socket':
      return `${visibleText(event.command)} ${visibleText(event.domain)}`
    case 'stdio':
      return `${event.number} → ${event.target.kind} ${visibleText(event.target.remoteAddress ?? event.target.id)}`
    case 'rename':
    case 'link':
      return `${visibleText(event.path)} → ${visibleText(event.newPath)}`
    case 'chmod':
      return `${event.mode.toString(8)} ${visibleText(event.path)}`
    case 'chown':
      return `${event.newUid}:${event.newGid} ${visibleText(event.path)}`
    case 'mknod':
      return `${visibleText(event.path)} ${event.major}:${event.minor}`
    case 'unlink':
    case 'attribute':
    case 'map':
    case 'chroot':
      return visibleText(event.path)
    case 'mount':
      return `${event.action} ${visibleText(event.filesystem)} ${visibleText(event.sourcePath)} → ${visibleText(event.path)}`
    case 'namespace':
      return `${event.action} ${event.kinds.join(' ')}`
    case 'kill':
      return `${event.signal} → ${event.targetPid} ${visibleText(event.targetExe)}`
    case 'trace':
      return `${event.action} → ${event.targetPid} ${visibleText(event.targetExe)}`
    case 'credential':
      return `uid ${event.oldUid} → ${event.newUid}`
    case 'capability':
      return visibleText(event.capability)
    case 'call':
      return `${visibleText(event.call)} ${visibleText(event.detail)}`
    case 'sequence':
      return visibleText(event.automaton ?? `${event.previousCall} → ${event.call}`)
  }
}

export function address(host: string, port: number): string {
  const shown = visibleText(host)
  return shown.includes(':') ? `[${shown}]:${port}` : `${shown}:${port}`
}
