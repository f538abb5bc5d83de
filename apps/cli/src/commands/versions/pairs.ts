// Pairs from standard input, one a line with a tab between, answered line by line as they come.
import { once } from 'node:events'
import { escapeForTerminal, type Result } from '@yagura/kernel'

/** Longer than any two versions and ranges; the rest of such a line is not kept. */
const MAX_LINE_LENGTH = 64 * 1024

export async function answerPairs(answer: (left: string, right: string) => Result<unknown>): Promise<void> {
  for await (const lines of readLines(process.stdin)) {
    const text = lines.map((line) => `${answerLine(line, answer)}\n`).join('')
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  }
}

function answerLine(line: string, answer: (left: string, right: string) => Result<unknown>): string {
  const parts = line.replace(/\r$/, '').split('\t')
  const [left, right] = parts
  if (left === undefined || right === undefined || parts.length > 2)
    return 'error: A line is two texts with a tab between.'
  const result = answer(left, right)
  return result.ok ? String(result.value) : `error: ${escapeForTerminal(result.error.message)}`
}

/** Lines, as many as each chunk completes. A line that is too long loses its end, so that no input fills the memory. */
async function* readLines(input: NodeJS.ReadStream): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH)
    if (lines.length > 0) yield lines
  }
  if (rest !== '') yield [rest]
}
