// Compliance: how things are set up, against a baseline of the company's own.

export { type BaselineChange, diffBaselines, type Transition, transitions } from './baselines/diff.ts'
export { type Proposal, type ProposedCheck, proposeBaseline } from './baselines/propose.ts'
export { applyBaseline, type ResolvedBaseline, resolveBaseline } from './baselines/resolve.ts'
export { fits } from './engine/expect.ts'
export { judge, maskSecrets, type Subject } from './engine/judge.ts'
export type { Read, Reading, Scalar, Value } from './engine/reading.ts'
export {
  type CheckRecord,
  type CompiledCheck,
  checkRecord,
  type Expectation,
  loadChecks,
  VARIABLES,
} from './engine/record.ts'
export { compareVersions, type Unset, type UnsetFacts, unsetOf } from './engine/unset.ts'
export { type CheckHostOptions, checkHost } from './targets/host/check.ts'
