// Compliance: how things are set up, against a baseline of the company's own.
export type { Baseline, CheckResult } from '@yagura/schema'
