// Advisories: feeds in, one compact database file out, lookups by package.
export * from './advisory.ts'
export { buildAdvisoryDatabase } from './builder/index.ts'
export type { BuildOptions, BuildProgress } from './builder/options.ts'
export { FORMAT_VERSION } from './database/format.ts'
export type { AdvisoryDatabaseInfo, AdvisorySource } from './database/meta.ts'
export { type AdvisoryDatabase, openAdvisoryDatabase } from './database/open.ts'
export { verifyAdvisoryDatabase } from './database/verify.ts'
