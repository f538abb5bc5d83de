// The tactics of ATT&CK in the order of the stages, and the names of techniques.
import type { Tactic } from '@yagura/schema'
import names from './techniques.json'

export const STAGES = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
] as const satisfies readonly Tactic[]

/** Techniques have English names only, as in ATT&CK itself. */
export function techniqueName(id: string): string | null {
  return Object.hasOwn(names, id) ? ((names as Record<string, string>)[id] ?? null) : null
}

export function techniqueAddress(id: string): string | null {
  return /^T\d{4}(\.\d{3})?$/.test(id) ? `https://attack.mitre.org/techniques/${id.replace('.', '/')}/` : null
}
