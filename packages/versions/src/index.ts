// Version schemes, one folder each, and ranges of versions in which something holds.
export * from './compare.ts'
export * from './range.ts'
export type { Ordering } from './scheme.ts'
