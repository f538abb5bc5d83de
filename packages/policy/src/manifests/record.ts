// A check of manifests, as content/checks/kubernetes holds it: what people read, and the CEL that decides.
import { type CelProgram, compileCel, DYN, listOf, mapOf, STRING } from '@yagura/lang/cel'
import { checkDescription } from '@yagura/schema'
import { z } from 'zod'

const cel = z.string().min(1).max(8192)

/** `expression` is true where all is well. `when` leaves aside what the check is not for. */
export const manifestCheck = checkDescription.extend({
  target: z.literal('manifest'),
  product: z.null().default(null),
  /** From the tables of content/controls. */
  controls: checkDescription.shape.controls.default([]),
  version: z.int().positive().default(1),
  rule: z.discriminatedUnion('scope', [
    z.object({
      scope: z.enum(['container', 'pod']),
      when: cel.optional(),
      expression: cel,
      /** Place of the value, below the container or the pod's spec. */
      path: z.string().max(256).default(''),
      /** What would make it pass, as YAML at that place. */
      patch: z.string().max(2048).optional(),
    }),
    z.object({
      scope: z.literal('object'),
      kinds: z.array(z.string().max(128)).min(1).max(32),
      when: cel.optional(),
      expression: cel,
      path: z.string().max(256).default(''),
      patch: z.string().max(2048).optional(),
    }),
    z.object({ scope: z.literal('pod-security'), control: z.string().max(64) }),
  ]),
})

export type ManifestCheck = z.infer<typeof manifestCheck>

export interface CompiledCheck {
  readonly check: ManifestCheck
  readonly when: CelProgram | undefined
  readonly expression: CelProgram | undefined
}

/** Names that every expression may use; `pod`, `selectedBy` and `container` only where there is one. */
export const MANIFEST_TYPES = new Map([
  ['object', DYN],
  ['pod', DYN],
  ['container', DYN],
  ['containers', listOf(DYN)],
  ['cluster', mapOf(STRING, listOf(DYN))],
  ['selectedBy', mapOf(STRING, listOf(DYN))],
])

/** Records out of files of content, compiled. What is wrong with one is told, and the others stand. */
export function loadManifestChecks(records: readonly unknown[]): { checks: CompiledCheck[]; problems: string[] } {
  const problems: string[] = []
  const ids = new Set<string>()
  const checks = records.flatMap((record): CompiledCheck[] => {
    const parsed = manifestCheck.safeParse(record)
    if (!parsed.success) {
      problems.push(z.prettifyError(parsed.error))
      return []
    }
    const { id, rule } = parsed.data
    if (ids.has(id)) problems.push(`${id} is there twice`)
    ids.add(id)
    if (rule.scope === 'pod-security') return [{ check: parsed.data, when: undefined, expression: undefined }]
    const [when, expression] = [rule.when, rule.expression].map((text) => {
      const program = text === undefined ? undefined : compileCel(text, MANIFEST_TYPES)
      if (program && !program.ok) problems.push(`${id}: ${program.error.message}`)
      return program?.ok ? program.value : undefined
    })
    return expression ? [{ check: parsed.data, when, expression }] : []
  })
  return { checks, problems }
}
