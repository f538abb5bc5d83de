// One picture for each kind of asset.
import type { AssetKind } from '@yagura/schema'
import { Box, Boxes, Cloud, Folder, Layers, type LucideIcon, Server, Workflow } from 'lucide-react'

const ICONS: Record<AssetKind, LucideIcon> = {
  cluster: Cloud,
  namespace: Folder,
  workload: Workflow,
  pod: Boxes,
  host: Server,
  container: Box,
  image: Layers,
}

export function AssetIcon({ kind, size = 15 }: { kind: AssetKind; size?: number }) {
  const Icon = ICONS[kind]
  return <Icon size={size} aria-hidden="true" className="shrink-0 text-faint" />
}
