// Deltas: made from two databases, applied to one.
export { type AppliedUpdate, applyDelta, installAdvisoryDatabase } from './apply.ts'
export { isDelta } from './container.ts'
export {
  type ChangedPackage,
  type DatabaseDifference,
  diffAdvisoryDatabases,
  type MadeDelta,
  makeDelta,
  type TableDifference,
} from './diff.ts'
export { generateSigningKey, keyId, readSigningKey, readTrustedKeys, type TrustedKey } from './keys.ts'
