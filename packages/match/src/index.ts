// Packages × advisories → findings, each with its reason; what was suppressed, and by whom; why something is no finding.
export type { AdvisoryLookup } from './decide.ts'
export { type Explanation, explain } from './explain.ts'
export * from './match.ts'
export { createMatchMemory, type MatchMemory } from './memory.ts'
export { type Settled, settle } from './statements/settle.ts'
export { type SettledOthers, settleOthers } from './statements/settle-others.ts'
export type { Product, Statement } from './statements/statement.ts'
export { vexStatement } from './statements/vex.ts'
