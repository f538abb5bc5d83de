// CISA's vulnrichment (github.com/cisagov/vulnrichment), one line a CVE: CVSS vectors, decision points of SSVC, weaknesses.
import { severityRank } from '@yagura/schema/severities'
import { z } from 'zod'
import { isCve } from '../../advisory.ts'
import type { Ssvc, VulnerabilityRating } from '../../enrichment.ts'
import type { Feed } from '../feed.ts'
import { linesOf, readFirst } from '../shared/file.ts'
import { instant, newest } from '../shared/instant.ts'
import { parseAs } from '../shared/parse.ts'
import { severityOfVectors } from './severity.ts'

const FILE = 'vulnrichment.jsonl'
const PROGRESS_STEP = 5000
const short = z.string().max(512)

const line = z.object({
  id: z.string().refine(isCve, 'not a CVE'),
  published: short.nullish(),
  cvss: z.array(short).max(32).nullish(),
  ssvc: z.record(z.string(), z.unknown()).nullish(),
  cwe: z.array(short).max(64).nullish(),
  kev: short.nullish(),
})

export const feed: Feed = {
  name: 'vulnrichment',
  tables: ['vulnrichment'],
  layout: `${FILE}.gz`,
  async read({ from, put, onProgress, onRejected }) {
    const file = await readFirst(from, [`${FILE}.gz`, FILE, `vulnrichment/${FILE}.gz`])
    if (!file) return undefined
    let rejected = 0
    let records = 0
    let newestAt: string | null = null
    for (const bytes of linesOf(file.bytes)) {
      const parsed = parseAs(line, bytes, `A line of ${file.path}`, 'an entry of vulnrichment')
      if (!parsed.ok) {
        rejected++
        onRejected(file.path, parsed.error.message)
        continue
      }
      const item = parsed.value
      put('vulnrichment', item.id, rating(item))
      newestAt = newest(newestAt, instant(item.published))
      if (++records % PROGRESS_STEP === 0) onProgress({ source: 'vulnrichment', done: records, total: records })
    }
    return { records, rejected, newestAt }
  },
}

function rating({ cvss, cwe, ssvc, kev }: z.infer<typeof line>): VulnerabilityRating {
  const vectors = cvss ?? []
  return {
    severity: severityRank(severityOfVectors(vectors)),
    cvss: vectors,
    cwe: cwe ?? [],
    ssvc: ssvc ? decisionPoints(ssvc) : null,
    exploitedOn: kev ?? null,
  }
}

/** Publishers do not agree on capital letters. */
function decisionPoints(ssvc: Readonly<Record<string, unknown>>): Ssvc {
  const word = (name: string) => (typeof ssvc[name] === 'string' ? ssvc[name].toLowerCase() : '')
  return {
    exploitation: oneOf(word('Exploitation'), ['none', 'poc', 'active'] as const),
    automatable: oneOf(word('Automatable'), ['yes', 'no'] as const),
    technicalImpact: oneOf(word('Technical Impact'), ['partial', 'total'] as const),
  }
}

function oneOf<T extends string>(word: string, known: readonly T[]): T | null {
  return known.find((item) => item === word) ?? null
}
