// Compliance: results through the baseline in force, the matrix, what turned, and baselines proposed and adopted.
import { proposeBaseline, resolveBaseline } from '@yagura/compliance'
import type { StoredBaseline } from '@yagura/schema'
import {
  adoptBaseline,
  baselinesInForce,
  checkResultFacets,
  findBaseline,
  findCheckResult,
  type KeptBaseline,
  listBaselines,
  listCheckResults,
  listTransitions,
  readMatrix,
  readResults,
  readSummary,
  readTrend,
  refreshView,
  type Tx,
} from '@yagura/store'
import { viewOf } from '../compliance/view.ts'
import { type Context, nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import type { Handlers } from './handler.ts'
import { type ReadCall, read, readOne } from './inventory.ts'

type Compliance =
  | 'getComplianceSummary'
  | 'listCheckResults'
  | 'getCheckResult'
  | 'getCheckResultFacets'
  | 'getComplianceMatrix'
  | 'listTransitions'
  | 'listBaselines'
  | 'getBaseline'
  | 'adoptBaseline'
  | 'getProposedBaseline'

export const complianceHandlers: Pick<Handlers, Compliance> = {
  getComplianceSummary: (call) =>
    seen(call, async (tx) => ({ ...(await readSummary(tx)), trend: await readTrend(tx) })),
  listCheckResults: (call) => seen(call, (tx) => listCheckResults(tx, call.query)),
  getCheckResult: (call) => readOne(call, 'result', (tx) => findCheckResult(tx, call.params.id)),
  getCheckResultFacets: (call) => seen(call, (tx) => checkResultFacets(tx, call.query)),
  getComplianceMatrix: (call) => seen(call, (tx) => readMatrix(tx, call.query.framework ?? null, call.query.target)),
  listTransitions: (call) => read(call, (tx) => listTransitions(tx, call.query)),
  listBaselines: (call) =>
    read(call, async (tx) => {
      const page = await listBaselines(tx, call.query)
      const all = await baselinesInForce(tx)
      return { ...page, items: page.items.map((one) => withProblems(one, all, call.context)) }
    }),
  getBaseline: (call) =>
    readOne(call, 'baseline', async (tx) => {
      const found = await findBaseline(tx, call.params.id)
      return found && withProblems(found, await baselinesInForce(tx), call.context)
    }),
  adoptBaseline: ({ context, caller, body, request }) =>
    context.database.store.inTenant(caller.tenantId, async (tx) => {
      const adopted = await adoptBaseline(tx, body, { actor: caller.actor, now: nowOf(context) })
      await refreshView(tx, nowOf(context), viewOf)
      await audit(context, tx, {
        actor: caller.actor,
        action: 'adoptBaseline',
        target: adopted.name,
        outcome: 'allowed',
        address: request.ip,
        detail: `version ${adopted.version}`,
      })
      return withProblems(adopted, await baselinesInForce(tx), context)
    }),
  getProposedBaseline: (call) =>
    read(call, async (tx) => {
      const results = await readResults(tx, call.query.target)
      const titles = new Map(results.map((result) => [result.check, result.title ?? null]))
      const { baseline, checks } = proposeBaseline(results, { name: call.query.name, layer: 'company', parents: [] })
      return { baseline, checks: checks.map((one) => ({ ...one, title: titles.get(one.check) ?? null })) }
    }),
}

/** Reads after the view is that of the baselines and the day. */
function seen<T>(call: ReadCall, work: (tx: Tx) => Promise<T>): Promise<T> {
  return read(call, async (tx) => {
    await refreshView(tx, nowOf(call.context), viewOf)
    return work(tx)
  })
}

function withProblems(one: KeptBaseline, all: readonly KeptBaseline[], context: Context): StoredBaseline {
  const others = all.filter(({ name }) => name !== one.name)
  return { ...one, problems: [...resolveBaseline(one.name, [one, ...others], today(context)).problems] }
}

function today(context: Context): string {
  return nowOf(context).toISOString().slice(0, 10)
}
