// What all files of a layer are looked at for, beside the readers that want a few of them: secrets, and files that should be otherwise.
import type { LayerEntry } from '@yagura/image'
import type { ContentSink } from '@yagura/safe-io'
import type { Oddity } from '../mistakes/oddity.ts'
import type { FoundSecret } from '../secrets/scan-bytes.ts'

export const INSPECTIONS = ['secrets', 'mistakes'] as const
export type InspectionName = (typeof INSPECTIONS)[number]

export interface LayerInspector {
  visit(entry: LayerEntry): ContentSink | undefined
  done(): Inspection
}

/** As JSON in the cache of layers. */
export interface Inspection {
  readonly secrets: readonly FoundSecret[]
  readonly oddities: readonly Oddity[]
  /** One sentence each: what was not looked at. */
  readonly notes: readonly string[]
}
