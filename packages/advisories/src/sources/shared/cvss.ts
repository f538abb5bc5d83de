// CVSS vectors of every version → the qualitative rating of their standards.
import type { Severity } from '@yagura/schema/severities'
import cvssCalculator from 'ae-cvss-calculator'

const { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } = cvssCalculator

const known = new Map<string, Severity | undefined>()

/** Rating of a CVSS vector by the qualitative scale of its standard; undefined where it is not a complete vector. */
export function severityOfVector(vector: unknown): Severity | undefined {
  if (typeof vector !== 'string' || vector.length > 512) return undefined
  if (!known.has(vector)) {
    if (known.size > 20_000) known.clear()
    known.set(vector, rate(vector))
  }
  return known.get(vector)
}

function rate(vector: string): Severity | undefined {
  try {
    const score = scoreOf(vector)
    if (!Number.isFinite(score)) return undefined
    if (score === 0) return 'negligible'
    if (score < 4) return 'low'
    if (score < 7) return 'medium'
    return score < 9 ? 'high' : 'critical'
  } catch {
    return undefined
  }
}

function scoreOf(vector: string): number {
  const cvss = vector.startsWith('CVSS:4.')
    ? new Cvss4P0(vector)
    : vector.startsWith('CVSS:3.1/')
      ? new Cvss3P1(vector)
      : vector.startsWith('CVSS:3.0/')
        ? new Cvss3P0(vector)
        : new Cvss2(vector)
  return cvss.isBaseFullyDefined() ? cvss.calculateScores().overall : Number.NaN
}
