// Severities in order, apart from the contracts, so that code without zod can use them.

export const SEVERITIES = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const
