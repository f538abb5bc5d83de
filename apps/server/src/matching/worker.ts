// Matches images with the advisory database in the background: those just described, and all when the database changes.
// Which images wait is in the store, so nothing is lost when the server dies, and several servers share the work.
import { newId } from '@yagura/kernel'
import {
  createMatchMemory,
  MATCH_VERSION,
  type MatchMemory,
  matchPackages,
  publishedStatements,
  settle,
} from '@yagura/match'
import { closeGap, lockImageToMatch, recordGap, recordMatch } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { createLoop, type Loop } from '../upkeep/loop.ts'

const POLL_MS = 5_000

export function startMatching(context: Context): Loop {
  let gapKnown: string | undefined
  const memory = createMatchMemory()
  return createLoop('matching', POLL_MS, context.logger, async (signal) => {
    await context.advisories.refresh()
    const { state, reason } = context.advisories.status()
    for (const tenant of await context.database.store.tenants()) {
      if (gapKnown !== `${state} ${reason}`) await noteAdvisoryState(context, tenant.id)
      while (!signal.aborted && (await matchNext(context, tenant.id, memory))) context.metrics.imagesMatched.inc()
    }
    gapKnown = `${state} ${reason}`
  })
}

/** One image; false when none waits or there is nothing to match with. */
async function matchNext(context: Context, tenantId: string, memory: MatchMemory): Promise<boolean> {
  const database = context.advisories.current()
  if (!database) return false
  const mark = `${database.info.sha256} ${MATCH_VERSION}`
  return context.database.store.inTenant(
    tenantId,
    async (tx) => {
      const image = await lockImageToMatch(tx, mark)
      if (!image) return false
      const now = nowOf(context)
      const { findings, coverageGaps } = matchPackages(
        {
          operatingSystem: image.operatingSystem,
          packages: image.packages,
          scope: image.key,
          observedAt: now.toISOString(),
        },
        database,
        { memory },
      )
      const settled = settle(findings, image, {
        statements: [],
        published: publishedStatements(findings, database),
        day: now.toISOString().slice(0, 10),
      })
      await recordMatch(tx, image, { ...settled, coverageGaps }, mark, now)
      return true
    },
    { idempotent: true },
  )
}

/** Without advisories there are packages but no findings: that is a gap, not a clean fleet. */
async function noteAdvisoryState(context: Context, tenantId: string): Promise<void> {
  const now = nowOf(context)
  const { state, reason } = context.advisories.status()
  await context.database.store.inTenant(tenantId, async (tx) => {
    if (state === 'ready') return closeGap(tx, { origin: 'server', code: 'ADVISORIES_MISSING', now })
    await recordGap(tx, {
      id: newId(),
      agentId: '',
      origin: 'server',
      receivedAt: now,
      gap: {
        code: 'ADVISORIES_MISSING',
        scope: 'fleet',
        subject: '',
        reason:
          state === 'missing'
            ? 'There is no advisory database, so packages are listed but not judged.'
            : `The advisory database cannot be used: ${reason}`,
        remedy: 'Run `yagura db update`, or `yagura db build --from DIR --out FILE` where there is no network.',
        count: 1,
        observedAt: now.toISOString(),
        resolved: false,
      },
    })
  })
}
