// The places of the console, in the order people need them.
import {
  Activity,
  Boxes,
  ClipboardCheck,
  type LucideIcon,
  Package,
  Radar,
  Settings,
  ShieldAlert,
  Siren,
  SquareKanban,
} from 'lucide-react'

export interface Place {
  readonly id:
    | 'overview'
    | 'incidents'
    | 'assets'
    | 'findings'
    | 'compliance'
    | 'packages'
    | 'events'
    | 'coverage'
    | 'settings'
  readonly to:
    | '/'
    | '/incidents'
    | '/assets'
    | '/findings'
    | '/compliance'
    | '/packages'
    | '/events'
    | '/coverage'
    | '/settings'
  readonly icon: LucideIcon
  /** Second key after `g`. */
  readonly key: string
  /** Shown on a phone's bar; the others are under "more". */
  readonly main: boolean
}

export const PLACES: readonly Place[] = [
  { id: 'overview', to: '/', icon: SquareKanban, key: 'o', main: true },
  { id: 'incidents', to: '/incidents', icon: Siren, key: 'i', main: true },
  { id: 'assets', to: '/assets', icon: Boxes, key: 'a', main: true },
  { id: 'findings', to: '/findings', icon: ShieldAlert, key: 'f', main: true },
  { id: 'compliance', to: '/compliance', icon: ClipboardCheck, key: 'l', main: false },
  { id: 'events', to: '/events', icon: Activity, key: 'e', main: false },
  { id: 'packages', to: '/packages', icon: Package, key: 'p', main: false },
  { id: 'coverage', to: '/coverage', icon: Radar, key: 'c', main: false },
  { id: 'settings', to: '/settings', icon: Settings, key: 's', main: false },
]
