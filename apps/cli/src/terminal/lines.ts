// Lines from standard input, answered one by one as they come.
import { once } from 'node:events'

/** Longer than any sensible line; the rest of such a line is not kept. */
const MAX_LINE_LENGTH = 64 * 1024

export async function answerLines(answer: (line: string) => string): Promise<void> {
  for await (const lines of readLines(process.stdin)) {
    const text = lines.map((line) => `${answer(line.replace(/\r$/, ''))}\n`).join('')
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  }
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
