// The table of ATT&CK (content/attack/attack.json): names of tactics and techniques, and what tends to come next.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { localisedText, TACTICS, tactic } from '@yagura/schema'
import { z } from 'zod'

const share = z.number().min(0).max(1)

const attackTable = z.object({
  version: z.string(),
  tactics: z.array(z.object({ name: tactic, id: z.string().regex(/^TA\d{4}$/), title: localisedText })).length(14),
  techniques: z.array(
    z.object({
      id: z.string().regex(/^T\d{4}(?:\.\d{3})?$/),
      name: z.string(),
      tactics: z.array(tactic).min(1),
      platforms: z.array(z.enum(['containers', 'linux'])).min(1),
    }),
  ),
  /** id of this version → id of version 19 */
  aliasesV19: z.record(z.string(), z.string()),
  transitions: z.object({ source: z.string(), matrix: z.array(z.array(share).length(14)).length(14) }),
})
export type AttackTable = z.infer<typeof attackTable>

export function readAttackTable(text: string): Result<AttackTable, YaguraError> {
  try {
    const table = attackTable.parse(JSON.parse(text))
    if (table.tactics.every(({ name }, at) => name === TACTICS[at])) return ok(table)
    return err(new YaguraError('INPUT_INVALID', 'The tactics of the ATT&CK table are not in their order.'))
  } catch (cause) {
    return err(new YaguraError('INPUT_INVALID', 'The ATT&CK table is not what is expected.', { cause }))
  }
}
