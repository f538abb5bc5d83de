export { unwrapLists } from './document.ts'
export {
  type DocumentResult,
  type EvaluateOptions,
  evaluate,
  evaluateSet,
  loadPolicies,
  type PolicySet,
} from './evaluate.ts'
export { POLICY_VERDICTS, type PolicyResult, type PolicyVerdict } from './result.ts'
