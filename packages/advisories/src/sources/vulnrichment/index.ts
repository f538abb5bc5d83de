// CISA's vulnrichment (github.com/cisagov/vulnrichment): CVSS vectors, decision points of SSVC, weaknesses. One line a CVE as a mirror
// writes it, or the archive that CISA's repository is published as.
import { existsSync } from 'node:fs'
import { severityRank } from '@yagura/schema/severities'
import type { Ssvc, VulnerabilityRating } from '../../enrichment.ts'
import type { Feed } from '../feed.ts'
import { linesOf, readFirst } from '../shared/file.ts'
import { instant, newest } from '../shared/instant.ts'
import { parseAs } from '../shared/parse.ts'
import { readArchive } from './archive.ts'
import { type Line, line } from './line.ts'
import { severityOfVectors } from './severity.ts'

const FILE = 'vulnrichment.jsonl'
const ARCHIVE = 'vulnrichment.tar.gz'
const PROGRESS_STEP = 5000
export const feed: Feed = {
  name: 'vulnrichment',
  tables: ['vulnrichment'],
  layout: `${FILE}.gz, or ${ARCHIVE}`,
  async read({ from, put, onProgress, onRejected }) {
    let rejected = 0
    let records = 0
    let newestAt: string | null = null
    function keep(item: Line): void {
      put('vulnrichment', item.id, rating(item))
      newestAt = newest(newestAt, instant(item.published))
      if (++records % PROGRESS_STEP === 0) onProgress({ source: 'vulnrichment', done: records, total: records })
    }
    function reject(file: string, reason: string): void {
      rejected++
      onRejected(file, reason)
    }
    const file = await readFirst(from, [`${FILE}.gz`, FILE, `vulnrichment/${FILE}.gz`])
    const archive = `${from}/${ARCHIVE}`
    if (file)
      for (const bytes of linesOf(file.bytes)) {
        const parsed = parseAs(line, bytes, `A line of ${file.path}`, 'an entry of vulnrichment')
        if (parsed.ok) keep(parsed.value)
        else reject(file.path, parsed.error.message)
      }
    else if (existsSync(archive))
      await readArchive(archive, (found) => ('line' in found ? keep(found.line) : reject(archive, found.reason)))
    else return undefined
    return { records, rejected, newestAt }
  },
}

function rating({ cvss, cwe, ssvc, kev }: Line): VulnerabilityRating {
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
