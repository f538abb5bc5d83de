// A problem of a layer or source as a coverage gap of its image.
import type { Clock } from '@yagura/kernel'
import type { CoverageGapReport, Image } from '@yagura/schema'
import type { LayerProblem } from '../layer/source.ts'

const REMEDIES: Partial<Record<LayerProblem['code'], string>> = {
  LIMIT_REACHED: 'Raise the limit if this image is trusted, and scan it again.',
  LAYER_MISSING: 'Pull the image again with all its layers.',
}

export function gapOf(image: Pick<Image, 'digest'>, clock: Clock, problem: LayerProblem): CoverageGapReport {
  return {
    code: problem.code,
    scope: image.digest === null ? 'directory' : `image:${image.digest}`,
    subject: problem.path.slice(0, 4096),
    reason: problem.reason.slice(0, 16_384),
    remedy: REMEDIES[problem.code] ?? null,
    count: 1,
    observedAt: new Date(clock.nowMs()).toISOString(),
    resolved: false,
  }
}
