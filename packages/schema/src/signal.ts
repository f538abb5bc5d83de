// Signal: evidence of one act. Kept, never queued; chains are made of these.
import { z } from 'zod'
import { localisedText, longText, severity, shortText, timestamp, ulid } from './common.ts'

export const SIGNAL_GRADES = ['weak', 'medium', 'strong'] as const
export const signalGrade = z.enum(SIGNAL_GRADES)

/** ATT&CK tactics in the order of the stages; Containers and Linux matrices together. */
export const TACTICS = [
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
] as const
export const tactic = z.enum(TACTICS)

/** Where evidence came from: chains score higher when sources that know nothing of each other agree. */
export const SIGNAL_SOURCES = ['syscall', 'network', 'file', 'audit', 'sequence', 'response'] as const

/** A process for good: ids are used again, with the start they are not. */
export const processRef = z.object({
  pid: z.int().nonnegative(),
  startNs: z.string().max(20),
  exe: longText,
  args: z.array(longText).max(64),
  containerId: shortText.nullable(),
})

export const signal = z.object({
  id: ulid,
  at: timestamp,
  rule: shortText,
  source: z.enum(SIGNAL_SOURCES),
  grade: signalGrade,
  severity,
  technique: shortText.nullable().meta({ description: 'ATT&CK id' }),
  tactic: tactic.nullable().meta({ description: 'where the chain stands when the technique has several' }),
  attackVersion: shortText,
  assetKey: z.string().max(1024),
  process: processRef.nullable(),
  chainId: ulid.nullable(),
  eventIds: z.array(z.string().max(64)).max(256),
  sentence: localisedText,
  rarity01: z.number().min(0).max(1).meta({ description: '1: never seen in this image before' }),
  learning: z.boolean().meta({ description: 'the model of this image was still learning' }),
})

/** A signal as the server keeps it. */
export const storedSignal = signal.extend({ agentId: ulid, assetId: ulid.nullable(), assetName: shortText })

export type StoredSignal = z.infer<typeof storedSignal>
export type SignalGrade = z.infer<typeof signalGrade>
export type Tactic = z.infer<typeof tactic>
export type ProcessRef = z.infer<typeof processRef>
export type Signal = z.infer<typeof signal>
