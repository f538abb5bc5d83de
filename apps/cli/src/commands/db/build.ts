// Builds the database and says what went into it, and what did not.
import { buildAdvisoryDatabase } from '@yagura/advisories'
import { escapeForTerminal, systemClock, unwrap } from '@yagura/kernel'
import { createProgress } from '../../terminal/progress.ts'
import { describe, infoJson } from './describe.ts'
import type { Format } from './index.ts'

const MAX_REJECTED_SHOWN = 10

export async function build(from: string, out: string, format: Format): Promise<void> {
  const progress = createProgress()
  const rejected: string[] = []
  let rejectedCount = 0
  const built = await buildAdvisoryDatabase({
    from,
    out,
    clock: systemClock,
    onProgress: ({ source, done, total }) => progress.update(`Reading ${source}: ${done} of ${total}`),
    onRejected: (_file, reason) => {
      if (++rejectedCount <= MAX_REJECTED_SHOWN) rejected.push(reason)
    },
  })
  progress.done()
  const info = unwrap(built)
  for (const reason of rejected) process.stderr.write(`yagura: left out: ${escapeForTerminal(reason)}\n`)
  if (rejectedCount > rejected.length)
    process.stderr.write(`yagura: left out: ${rejectedCount - rejected.length} more records.\n`)
  process.stdout.write(format === 'json' ? infoJson(info, Date.now()) : describe(out, info, Date.now()))
}
