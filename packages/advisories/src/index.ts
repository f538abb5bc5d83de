// Advisories: feeds in, one compact database file out, lookups by package and by CVE, signed deltas between two of them.
export * from './advisory.ts'
export { buildAdvisoryDatabase } from './builder/index.ts'
export type { BuildOptions, BuildProgress } from './builder/options.ts'
export { FORMAT_VERSION } from './database/format.ts'
export { ageDays, STALE_AFTER_DAYS, type StaleFeed, staleFeeds } from './database/freshness.ts'
export type { AdvisoryDatabaseInfo, AdvisoryFeed, AdvisorySource } from './database/meta.ts'
export { type AdvisoryDatabase, type Freshness, openAdvisoryDatabase } from './database/open.ts'
export { verifyAdvisoryDatabase } from './database/verify.ts'
export type {
  EndOfLife,
  Enrichment,
  ExploitProbability,
  KnownExploited,
  Ssvc,
  VexProduct,
  VexStatement,
  VexStatus,
} from './enrichment.ts'
export { readVexDocument } from './vex/read.ts'
export type { VexQuery } from './vex/store.ts'
