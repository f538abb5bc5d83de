// Packages × advisories → findings, each with its reason; what was suppressed, and by whom; why something is no finding.
export type { AdvisoryLookup } from './decide.ts'
export * from './match.ts'
export { createMatchMemory, type MatchMemory } from './memory.ts'
