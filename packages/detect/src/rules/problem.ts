// What is wrong with a rule file, where, and whether the rest can be used.
import { YaguraError } from '@yagura/kernel'

export interface RuleProblem {
  /** `error`: the rule was left out. `warning`: it is used, but a part of it can never be true. `note`: nothing is lost. */
  readonly level: 'error' | 'warning' | 'note'
  readonly file: string
  readonly line: number
  /** Name of the rule, macro or list; null for the file. */
  readonly rule: string | null
  /** The field that is not known or not filled. */
  readonly field: string | null
  readonly message: string
}

/** All that is wrong, in one error: rules are used whole or not at all, unless the caller wants the rest. */
export class RulesError extends YaguraError {
  readonly problems: readonly RuleProblem[]

  constructor(problems: readonly RuleProblem[]) {
    const errors = problems.filter(({ level }) => level === 'error')
    const [first] = errors
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
    super('INPUT_INVALID', `${first?.file ?? 'rules'}:${first?.line ?? 1}: ${first?.message ?? 'not usable'}${more}`)
    this.problems = problems
  }
}
