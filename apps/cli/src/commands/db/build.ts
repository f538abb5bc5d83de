// Builds the database and says what went into it, and what did not.
import { buildAdvisoryDatabase } from '@yagura/advisories'
import { escapeForTerminal, systemClock, unwrap } from '@yagura/kernel'
import { createProgress } from '../../terminal/progress.ts'
import { describe } from './describe.ts'

const MAX_REJECTED_SHOWN = 10

export async function build(from: string, out: string): Promise<void> {
  const progress = createProgress()
  const rejected: string[] = []
  const built = await buildAdvisoryDatabase({
    from,
    out,
    clock: systemClock,
    onProgress: ({ source, done, total }) => progress.update(`Reading ${source}: ${done} of ${total}`),
    onRejected: (_file, reason) => {
      if (rejected.length < MAX_REJECTED_SHOWN) rejected.push(reason)
    },
  })
  progress.done()
  const info = unwrap(built)
  for (const reason of rejected) process.stderr.write(`yagura: left out: ${escapeForTerminal(reason)}\n`)
  process.stdout.write(describe(out, info))
}
