// What is wrong with a condition, and where, so that an editor can underline it.
import { YaguraError } from '@yagura/kernel/errors'

export class ConditionError extends YaguraError {
  /** First character of the wrong part, counted from 0 in UTF-16 units. */
  readonly position: number
  readonly length: number

  constructor(message: string, position: number, length: number, hint?: string) {
    super('USAGE', message, hint === undefined ? {} : { hint })
    this.position = position
    this.length = length
  }
}
