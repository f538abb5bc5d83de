// The words of --fail-on, here so that `--help` need not load the contracts. scan.test.ts keeps them equal to the schema's.
export const SEVERITY_NAMES = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const
