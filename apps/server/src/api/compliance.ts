// Compliance: results through the baseline in force, the matrix, what turned, and baselines proposed and adopted.
import { applyBaseline, proposeBaseline, resolveBaseline } from '@yagura/compliance'
import type { CheckResult, StoredBaseline } from '@yagura/schema'
import {
  adoptBaseline,
  type BaselineView,
  baselinesInForce,
  checkResultFacets,
  findBaseline,
  findCheckResult,
  type KeptBaseline,
  listBaselines,
  listCheckResults,
  listTransitions,
  matrixOf,
  readResults,
  readTrend,
  summaryOf,
  type Tx,
} from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import type { Handlers } from './handler.ts'
import { read, readOne } from './inventory.ts'

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
    read(call, async (tx) => {
      const view = await viewInForce(tx, call.context)
      const results = (await readResults(tx)).flatMap((result) => seen(result, view))
      return { baseline: view?.name ?? null, ...summaryOf(results), trend: await readTrend(tx) }
    }),
  listCheckResults: (call) =>
    read(call, async (tx) => listCheckResults(tx, call.query, await viewInForce(tx, call.context))),
  getCheckResult: (call) =>
    readOne(call, 'result', async (tx) => findCheckResult(tx, call.params.id, await viewInForce(tx, call.context))),
  getCheckResultFacets: (call) => read(call, (tx) => checkResultFacets(tx, call.query)),
  getComplianceMatrix: (call) =>
    read(call, async (tx) => {
      const view = await viewInForce(tx, call.context)
      const results = (await readResults(tx, call.query.target)).flatMap((result) => seen(result, view))
      return matrixOf(results, call.query.framework ?? null)
    }),
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

/** The most special layer in force; without any, every check counts as it stands. */
async function viewInForce(tx: Tx, context: Context): Promise<BaselineView | null> {
  const all = await baselinesInForce(tx)
  const parents = new Set(all.flatMap((one) => one.extends))
  const top = all.find((one) => !parents.has(one.name))
  if (!top) return null
  const resolved = resolveBaseline(top.name, all, today(context))
  return { name: top.name, seenAs: (result) => applyBaseline([result], resolved)[0] }
}

function seen<T extends CheckResult>(result: T, view: BaselineView | null): T[] {
  if (!view) return [result]
  const changed = view.seenAs(result)
  return changed ? [{ ...result, ...changed }] : []
}

function withProblems(one: KeptBaseline, all: readonly KeptBaseline[], context: Context): StoredBaseline {
  const others = all.filter(({ name }) => name !== one.name)
  return { ...one, problems: [...resolveBaseline(one.name, [one, ...others], today(context)).problems] }
}

function today(context: Context): string {
  return nowOf(context).toISOString().slice(0, 10)
}
