// Three advisories about packages that do not exist, so that what the console shows is known to the letter.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildAdvisoryDatabase } from '@yagura/advisories'
import { systemClock, unwrap } from '@yagura/kernel'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { HOSTILE_NAME, HOSTILE_SUMMARY } from './hostile.ts'

interface Made {
  readonly id: string
  readonly name: string
  readonly summary: string
  readonly fixed?: string
  readonly vector: string
}

const ADVISORIES: readonly Made[] = [
  {
    id: 'CVE-2026-1001',
    name: 'libfable',
    summary: 'libfable: heap overflow while reading a length',
    fixed: '2.4.1-3',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
  },
  {
    id: 'CVE-2026-1002',
    name: 'fabled',
    summary: 'fabled: the control socket is open to every user of the host',
    vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:N',
  },
  {
    id: 'CVE-2026-1003',
    name: HOSTILE_NAME,
    summary: HOSTILE_SUMMARY,
    fixed: '9',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N',
  },
]

function osvRecord({ id, name, summary, fixed, vector }: Made): object {
  return {
    id,
    modified: '2026-11-01T00:00:00Z',
    summary,
    severity: [{ type: 'CVSS_V3', score: vector }],
    references: [
      { type: 'ADVISORY', url: `https://example.org/${id}` },
      { type: 'WEB', url: 'javascript:globalThis.wasRun=1' },
    ],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed ? [{ fixed }] : [])] }],
      },
    ],
  }
}

export async function makeAdvisories(out: string, directory: string): Promise<void> {
  const from = join(directory, 'osv')
  mkdirSync(join(from, 'Debian'), { recursive: true })
  const members = ADVISORIES.map((made) => ({
    name: `${made.id}.json`,
    content: Buffer.from(JSON.stringify(osvRecord(made))),
  }))
  writeFileSync(join(from, 'Debian', 'all.zip'), makeZip(members))
  const write = (name: string, content: string) => {
    mkdirSync(dirname(join(from, name)), { recursive: true })
    writeFileSync(join(from, name), content)
  }
  const attacked = {
    cveID: 'CVE-2026-1001',
    vendorProject: 'Fable',
    product: 'libfable',
    vulnerabilityName: 'libfable',
  }
  write(
    'kev/known_exploited_vulnerabilities.json',
    JSON.stringify({
      dateReleased: '2026-11-20T00:00:00Z',
      vulnerabilities: [
        { ...attacked, dateAdded: '2026-11-10', dueDate: '2026-12-01', knownRansomwareCampaignUse: 'Known' },
      ],
    }),
  )
  write(
    'epss/epss_scores-2026-11-20.csv',
    '#model_version:v2026,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1001,0.94213,0.99911\nCVE-2026-1002,0.00042,0.05\n',
  )
  const ssvc = { Exploitation: 'active', Automatable: 'yes', 'Technical Impact': 'total' }
  write('vulnrichment.jsonl', `${JSON.stringify({ id: 'CVE-2026-1001', cvss: [], ssvc, cwe: [] })}\n`)
  unwrap(await buildAdvisoryDatabase({ from, out, clock: systemClock }))
}
