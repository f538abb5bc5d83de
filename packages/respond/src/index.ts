// Response: kill, freeze, quarantine, deny; by policy or by hand, guarded, written down, undone.
export { CONTAINMENTS, compilePolicy, type Decision } from './policy/decide.ts'
export { NO_POLICY, parsePolicy, type ResponsePolicy } from './policy/policy.ts'
export { createResponder, type Responder, type ResponderOptions } from './respond.ts'
