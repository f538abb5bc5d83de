// endoflife.date: products and their releases, with the day their support ends. As one object of products, or as the API gives all of
// them (endoflife.date/docs/api/v1, products/full).

import { YaguraError } from '@yagura/kernel'
import { z } from 'zod'
import type { ReleaseSupport } from '../../enrichment.ts'
import type { Feed } from '../feed.ts'
import { readFirst } from '../shared/file.ts'
import { instant, newest } from '../shared/instant.ts'
import { checkAs, parseAs } from '../shared/parse.ts'

const FILE = 'endoflife.json'
const PUBLISHED = 'endoflife-full.json'
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const short = z.string().max(512)
const release = z.object({
  releaseCycle: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^\0]+$/),
  releaseDate: short.nullish(),
  /** true: it has ended, nobody says when. false: it has not ended, and no day is set. */
  eol: z.union([day, z.boolean()]),
  eoas: z.union([short, z.boolean()]).nullish(),
  latest: short.nullish(),
})

/** Of the API, with the releases as they are named here. */
const published = z
  .object({ result: z.array(z.object({ name: short, releases: z.array(z.record(z.string(), z.unknown())) })) })
  .transform(({ result }) =>
    Object.fromEntries(
      result.map(({ name, releases }): [string, unknown[]] => [
        name,
        releases.map(({ name: releaseCycle, releaseDate, eolFrom, isEol, latest }) => ({
          ...{ releaseCycle, releaseDate, eol: eolFrom ?? isEol },
          latest: (latest as { name?: unknown } | null | undefined)?.name,
        })),
      ]),
    ),
  )

export const feed: Feed = {
  name: 'end-of-life',
  tables: ['end-of-life'],
  layout: `${FILE}.gz, or ${PUBLISHED}`,
  async read({ from, put, onRejected }) {
    const file = await readFirst(from, [`${FILE}.gz`, FILE, PUBLISHED])
    if (!file) return undefined
    const parsed = file.path.endsWith(PUBLISHED)
      ? parseAs(published, file.bytes, file.path, 'a list of products')
      : parseAs(z.record(z.string(), z.array(z.unknown())), file.bytes, file.path, 'a list of products')
    if (!parsed.ok) throw parsed.error
    let records = 0
    let rejected = 0
    let newestAt: string | null = null
    for (const [product, releases] of Object.entries(parsed.value)) {
      for (const item of releases) {
        const checked = checkAs(release, item, `A release of ${product} in ${file.path}`, 'a release')
        if (!checked.ok || product.includes('\0')) {
          rejected++
          onRejected(file.path, checked.ok ? `${file.path} names a product that has no name.` : checked.error.message)
          continue
        }
        put('end-of-life', `${product}\0${checked.value.releaseCycle}`, support(checked.value))
        newestAt = newest(newestAt, instant(checked.value.releaseDate))
        records++
      }
    }
    if (records === 0 && rejected > 0) throw new YaguraError('INPUT_INVALID', `${file.path} holds no release.`)
    return { records, rejected, newestAt }
  },
}

function support({ eol, latest }: z.infer<typeof release>): ReleaseSupport {
  return { endsOn: typeof eol === 'string' ? eol : null, hasEnded: eol === true, latest: latest ?? null }
}
