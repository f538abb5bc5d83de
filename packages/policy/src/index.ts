export { unwrapLists } from './document.ts'
export {
  type DocumentResult,
  type EvaluateOptions,
  evaluate,
  evaluateSet,
  loadPolicies,
  OPERATIONS,
  type Operation,
  type PolicySet,
} from './evaluate.ts'
export { type CheckManifestsOptions, checkManifests, checksOf } from './manifests/check.ts'
export { COVERAGE_LANGUAGES, coveragePage } from './manifests/coverage.ts'
export { type CompiledCheck, loadManifestChecks, type ManifestCheck, manifestCheck } from './manifests/record.ts'
export type { PodSecurityLevel } from './pod-security/control.ts'
export {
  checkPodSecurity,
  controlsOf,
  LATEST_MINOR,
  minorVersion,
  type PodSecurityResult,
} from './pod-security/evaluate.ts'
export { POLICY_VERDICTS, type PolicyResult, type PolicyVerdict } from './result.ts'
export { setAside } from './set-aside.ts'
