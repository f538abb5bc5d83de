// One event in one line: what was done, in the words of the kernel. Everything here was written by strangers and is shown as text.
import type { EventType, StoredEvent } from '@yagura/schema'
import {
  ArrowLeftToLine,
  ArrowUpRight,
  FilePenLine,
  GitFork,
  LogOut,
  type LucideIcon,
  SquareTerminal,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { commandLine, visibleText } from '../../format/text.ts'

const ICONS: Record<EventType, LucideIcon> = {
  exec: SquareTerminal,
  fork: GitFork,
  exit: LogOut,
  connect: ArrowUpRight,
  accept: ArrowLeftToLine,
  open: FilePenLine,
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
  }
}

export function address(host: string, port: number): string {
  const shown = visibleText(host)
  return shown.includes(':') ? `[${shown}]:${port}` : `${shown}:${port}`
}
