// Several vectors for one CVE, of its numbering authority and of CISA, in several standards.
import { type Severity, severityRank } from '@yagura/schema/severities'
import { severityOfVector } from '../shared/cvss.ts'

const STANDARDS = ['CVSS:4.', 'CVSS:3.1/', 'CVSS:3.0/', '']

/** By the newest standard that rates it; of several opinions in that the worst. */
export function severityOfVectors(vectors: readonly string[]): Severity {
  for (const standard of STANDARDS) {
    const rated = vectors.filter((vector) => vector.startsWith(standard)).map((vector) => severityOfVector(vector))
    const worst = rated.reduce<Severity>((a, b) => (b && severityRank(b) > severityRank(a) ? b : a), 'unknown')
    if (worst !== 'unknown') return worst
  }
  return 'unknown'
}
