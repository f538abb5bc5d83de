// CISA's catalogue of known exploited vulnerabilities (cisa.gov/known-exploited-vulnerabilities-catalog, JSON).
import { YaguraError } from '@yagura/kernel'
import { z } from 'zod'
import { isCve } from '../../advisory.ts'
import type { KnownExploited } from '../../enrichment.ts'
import type { Feed } from '../feed.ts'
import { readFirst } from '../shared/file.ts'
import { instant, newest } from '../shared/instant.ts'
import { checkAs, parseAs } from '../shared/parse.ts'

const FILE = 'known_exploited_vulnerabilities.json'
const text = z.string().max(8192)
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

const catalogue = z.object({ dateReleased: text.optional(), vulnerabilities: z.array(z.unknown()) })
const entry = z.object({
  cveID: z.string().refine(isCve, 'not a CVE'),
  vendorProject: text,
  product: text,
  vulnerabilityName: text,
  dateAdded: day,
  dueDate: day.nullish(),
  requiredAction: text.nullish(),
  knownRansomwareCampaignUse: text.nullish(),
})

export const feed: Feed = {
  name: 'kev',
  tables: ['kev'],
  layout: `kev/${FILE}, or ${FILE}`,
  async read({ from, put, onRejected }) {
    const file = await readFirst(from, [`kev/${FILE}`, FILE])
    if (!file) return undefined
    const parsed = parseAs(catalogue, file.bytes, file.path, 'the catalogue of known exploited vulnerabilities')
    if (!parsed.ok) throw parsed.error
    let rejected = 0
    let newestAt = instant(parsed.value.dateReleased)
    const seen = new Set<string>()
    for (const [i, item] of parsed.value.vulnerabilities.entries()) {
      const checked = checkAs(entry, item, `Entry ${i} of ${file.path}`, 'a known exploited vulnerability')
      if (!checked.ok) {
        rejected++
        onRejected(file.path, checked.error.message)
        continue
      }
      const { cveID, ...rest } = checked.value
      put('kev', cveID, known(rest))
      seen.add(cveID)
      newestAt = newest(newestAt, instant(rest.dateAdded))
    }
    if (seen.size === 0 && rejected > 0)
      throw new YaguraError('INPUT_INVALID', `${file.path} holds no entry that can be read.`)
    return { records: seen.size, rejected, newestAt }
  },
}

function known(item: Omit<z.infer<typeof entry>, 'cveID'>): KnownExploited {
  return {
    addedOn: item.dateAdded,
    dueOn: item.dueDate ?? null,
    vendor: item.vendorProject,
    product: item.product,
    name: item.vulnerabilityName,
    requiredAction: item.requiredAction ?? null,
    isUsedByRansomware: item.knownRansomwareCampaignUse === 'Known',
  }
}
