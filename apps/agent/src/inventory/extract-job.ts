// One image, in a process of its own: images are made by strangers, and what goes wrong in reading one (memory, an endless
// loop) must not take the agent with it. The job comes on standard input, the report goes to a file, a failure to standard
// output as one sentence.
import { readFileSync } from 'node:fs'
import { zstdCompressSync } from 'node:zlib'
import { openImage } from '@yagura/image'
import { extractImage, INSPECTIONS, openScanCache } from '@yagura/inventory'
import { defaultLimits, err, ok, type Result, systemClock, toYaguraError, YaguraError } from '@yagura/kernel'
import { type ImageReport, imageReport } from '@yagura/schema'
import { writeFileAtomically } from '../files/atomic.ts'
import type { ImageSource } from '../runtimes/runtime.ts'

export interface ExtractJob {
  /** Digest of the image's configuration. */
  readonly digest: string
  readonly names: readonly string[]
  /** Tried in order. */
  readonly sources: readonly ImageSource[]
  /** File for the report: JSON, zstd. */
  readonly output: string
  /** Directory in which what layers said is kept: images share them. */
  readonly layers?: string
}

export async function extract(job: ExtractJob): Promise<Result<ImageReport, YaguraError>> {
  const reasons: string[] = []
  for (const source of job.sources) {
    try {
      const report = await extractFrom(job, source)
      if (report.ok) return ok(imageReport.parse(report.value))
      reasons.push(report.error.message)
    } catch (error) {
      reasons.push(toYaguraError(error).message)
    }
  }
  return err(new YaguraError('INPUT_INVALID', reasons.join(' ') || 'No place is known where the image could be read.'))
}

async function extractFrom(job: ExtractJob, source: ImageSource): Promise<Result<ImageReport, YaguraError>> {
  const opened = await openImage(source.target, {
    limits: defaultLimits,
    containerdRoot: source.containerdRoot,
    podmanRoot: source.podmanRoot,
  })
  if (!opened.ok) return opened
  try {
    const { digest } = opened.value.image
    if (source.target.kind !== 'rootfs' && digest !== job.digest) {
      return err(new YaguraError('INPUT_NOT_FOUND', 'The name of the image points to another image now.'))
    }
    const report = await extractImage(opened.value, {
      limits: defaultLimits,
      clock: systemClock,
      inspect: INSPECTIONS,
      cache: job.layers === undefined ? undefined : openScanCache(job.layers),
    })
    return ok(source.target.kind === 'rootfs' ? asImage(report, job) : report)
  } finally {
    await opened.value.close()
  }
}

/** A running container's root, standing in for its image: what the container itself changed is in it too, and it has no layers. */
function asImage(report: ImageReport, job: ExtractJob): ImageReport {
  const scope = `image:${job.digest}`
  return {
    ...report,
    image: { ...report.image, digest: job.digest, names: [...job.names] },
    coverageGaps: [
      ...report.coverageGaps.map((gap) => ({ ...gap, scope })),
      {
        code: 'LAYER_MISSING',
        scope,
        subject: '',
        reason: 'The image store could not be read; the packages are those of a running container, without layers.',
        remedy: 'Let the agent read the image store of the runtime.',
        count: 1,
        observedAt: report.scannedAt,
        resolved: false,
      },
    ],
  }
}

if (process.argv[1] === import.meta.filename) {
  const job = JSON.parse(readFileSync(0, 'utf8')) as ExtractJob
  const result = await extract(job)
  if (result.ok) writeFileAtomically(job.output, zstdCompressSync(JSON.stringify(result.value)))
  else {
    process.stdout.write(result.error.message)
    process.exitCode = 1
  }
}
