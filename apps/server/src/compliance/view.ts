// How baselines in force are read: each result by the most special layer for the labels of its asset.
import { applyBaseline, baselineFor, type ResolvedBaseline, resolveBaseline } from '@yagura/compliance'
import type { ViewOf } from '@yagura/store'

export const viewOf: ViewOf = (baselines, today) => {
  if (baselines.length === 0) return null
  const resolved = new Map<string, ResolvedBaseline>()
  return (result, labels) => {
    const one = baselineFor(baselines, labels)
    if (!one) return undefined
    const known = resolved.get(one.name) ?? resolveBaseline(one.name, baselines, today)
    resolved.set(one.name, known)
    const [seen] = applyBaseline([result], known)
    return seen && { result: seen, baseline: one.name }
  }
}
