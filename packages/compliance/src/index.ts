// Compliance: how things are set up, against a baseline of the company's own.
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
