// Matching: which advisories hold for which packages, and why.
export * from './match.ts'
