// vulnrichment as CISA publishes it: an archive (tar.gz) of its repository, in which every CVE is a record of its own
// (CVE Record Format 5.x, github.com/CVEProject/cve-schema). The archive is streamed and never unpacked to disk.
import { createReadStream } from 'node:fs'
import { defaultLimits } from '@yagura/kernel'
import { createByteBudget, decompress, readTar } from '@yagura/safe-io'
import { z } from 'zod'
import { isCve } from '../../advisory.ts'
import { parseAs } from '../shared/parse.ts'
import type { Line } from './line.ts'

const RECORD = /(?:^|\/)CVE-\d{4}-\d{4,}\.json$/
const MAX_RECORD_BYTES = 4 * 1024 * 1024

const text = z.string().max(512)
const container = z.object({
  title: z.string().max(4096).optional(),
  metrics: z.array(z.record(z.string(), z.unknown())).max(256).optional(),
  problemTypes: z
    .array(z.object({ descriptions: z.array(z.object({ cweId: text.optional() })).max(256) }))
    .max(256)
    .optional(),
})
const record = z.object({
  cveMetadata: z.object({
    cveId: text.refine(isCve, 'not a CVE'),
    datePublished: text.optional(),
    state: text.optional(),
  }),
  containers: z.object({ cna: container.optional(), adp: z.array(container).max(64).optional() }),
})
type Container = z.infer<typeof container>

const scored = z.object({ vectorString: text })
const decided = z.object({ type: text, content: z.record(z.string(), z.unknown()) })

/** `onRecord` gets what the file of a CVE says, or why it cannot be used. Throws INPUT_* and LIMIT_EXCEEDED where the archive is broken. */
export async function readArchive(
  path: string,
  onRecord: (found: { readonly line: Line } | { readonly reason: string }) => void,
): Promise<void> {
  const limits = defaultLimits
  const unpacked = decompress(createReadStream(path), {
    ...limits,
    what: path,
    budget: createByteBudget(limits.layerBytes, path),
  })
  await readTar(
    unpacked,
    ({ name, kind, sizeBytes }) => {
      if (kind !== 'file' || !RECORD.test(name)) return undefined
      if (sizeBytes > MAX_RECORD_BYTES) {
        onRecord({ reason: `${name} in ${path} is larger than ${MAX_RECORD_BYTES} bytes.` })
        return undefined
      }
      return {
        deliver(bytes) {
          const parsed = parseAs(record, bytes, `${name} in ${path}`, 'a CVE record')
          if (!parsed.ok) onRecord({ reason: parsed.error.message })
          else if (parsed.value.cveMetadata.state !== 'REJECTED') onRecord({ line: lineOf(parsed.value) })
        },
      }
    },
    limits,
  )
}

/** What the publisher of the CVE says, and what CISA adds; other additions are left aside. */
function lineOf({ cveMetadata, containers }: z.infer<typeof record>): Line {
  const cisa = (containers.adp ?? []).filter(({ title }) => title?.startsWith('CISA ADP'))
  const all = [...(containers.cna ? [containers.cna] : []), ...cisa]
  const decisions = cisa.flatMap(decisionsOf)
  const ssvc = decisions.find(({ type }) => type === 'ssvc')?.content
  const kev = decisions.find(({ type }) => type === 'kev')?.content
  return {
    id: cveMetadata.cveId,
    published: cveMetadata.datePublished,
    cvss: [...new Set(all.flatMap(vectorsOf))].slice(0, 32),
    ssvc: ssvc && optionsOf(ssvc),
    cwe: [...new Set(all.flatMap(weaknessesOf))].slice(0, 64),
    kev: typeof kev?.dateAdded === 'string' ? kev.dateAdded.slice(0, 10) : undefined,
  }
}

/** Under names such as cvssV3_1. */
function vectorsOf({ metrics = [] }: Container): string[] {
  return metrics.flatMap((metric) =>
    Object.entries(metric).flatMap(([name, value]) => {
      const read = name.startsWith('cvssV') ? scored.safeParse(value) : undefined
      return read?.success ? [read.data.vectorString] : []
    }),
  )
}

function decisionsOf({ metrics = [] }: Container): z.infer<typeof decided>[] {
  return metrics.flatMap(({ other }) => {
    const read = decided.safeParse(other)
    return read.success ? [read.data] : []
  })
}

/** A list of objects of one member each: [{ Exploitation: 'none' }, …]. */
function optionsOf({ options }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const list = Array.isArray(options) ? options.slice(0, 32) : []
  return Object.fromEntries(
    list.flatMap((option: unknown) => (typeof option === 'object' && option !== null ? Object.entries(option) : [])),
  )
}

function weaknessesOf({ problemTypes = [] }: Container): string[] {
  return problemTypes.flatMap(({ descriptions }) => descriptions.flatMap(({ cweId }) => cweId ?? []))
}
