// Which layer brought a package. A package database is written whole by every layer that changes it, so the layer of the file says
// nothing; the states of the database after each layer are compared instead. An upgrade is a new introduction, and so is a return.

/** For each key of the last state: from which state on it was there without a break. States are in order and looked at one by one; equal ones may be shared. */
export function introductions(states: Iterable<ReadonlySet<string>>): ReadonlyMap<string, number> {
  const since = new Map<string, number>()
  let previous: ReadonlySet<string> | undefined
  let at = -1
  for (const state of states) {
    at++
    if (state === previous) continue
    for (const key of since.keys()) if (!state.has(key)) since.delete(key)
    for (const key of state) if (!since.has(key)) since.set(key, at)
    previous = state
  }
  return since
}
