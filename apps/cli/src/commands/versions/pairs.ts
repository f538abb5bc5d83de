// Pairs of texts, one a line with a tab between.
import { escapeForTerminal, type Result } from '@yagura/kernel'
import { answerLines } from '../../terminal/lines.ts'

export async function answerPairs(answer: (left: string, right: string) => Result<unknown>): Promise<void> {
  await answerLines((line) => {
    const parts = line.split('\t')
    const [left, right] = parts
    if (left === undefined || right === undefined || parts.length > 2)
      return 'error: A line is two texts with a tab between.'
    const result = answer(left, right)
    return result.ok ? String(result.value) : `error: ${escapeForTerminal(result.error.message)}`
  })
}
