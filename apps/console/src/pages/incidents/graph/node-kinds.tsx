// What stands for what in the picture of an incident.
import type { GraphNode } from '@yagura/schema'
import { Box, FileText, Globe, type LucideIcon, Server, SquareTerminal, User, Waypoints } from 'lucide-react'

const ICONS: Record<GraphNode['kind'], LucideIcon> = {
  process: SquareTerminal,
  file: FileText,
  peer: Globe,
  container: Box,
  host: Server,
  pipe: Waypoints,
  user: User,
}

export function NodeIcon({ kind }: { kind: GraphNode['kind'] }) {
  const Icon = ICONS[kind]
  return <Icon size={14} aria-hidden="true" className="shrink-0 text-faint" />
}

/** Tags that say by themselves that something is wrong. */
const GRAVE = new Set(['DROP_EXEC', 'ESC', 'TAMPER', 'BLIND', 'C2', 'EXFIL', 'MINER', 'CRED_UP', 'SECRET'])

export function isGrave(node: Pick<GraphNode, 'tags'>): boolean {
  return node.tags.some((tag) => GRAVE.has(tag))
}
