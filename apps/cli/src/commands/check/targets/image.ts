// An image: what its scan found to be wrong in its configuration, history and files. The scan is read from a report in JSON.
import { imageResults, readControls } from '@yagura/compliance'
import { YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'
import { mistakeFinding } from '@yagura/schema'
import { z } from 'zod'
import { firstProblem } from '../baselines.ts'
import { CONTROLS, fitsProfile } from './records.ts'
import type { Target } from './target.ts'

const MAX_BYTES = 256 * 1024 * 1024
const report = z.object({ target: z.string().max(4096), mistakes: z.array(mistakeFinding).max(10_000) })

export const image: Target = async ({ path, observedAt, profile }) => {
  if (path === undefined)
    throw new YaguraError('USAGE', 'Name the report of a scan.', { hint: 'yagura scan IMAGE --format json > FILE.' })
  const bytes = await readSmallFile(path, MAX_BYTES)
  if (!bytes.ok) throw bytes.error
  const parsed = report.safeParse(json(bytes.value))
  if (!parsed.success)
    throw new YaguraError('INPUT_INVALID', `${path} is no report of a scan: ${firstProblem(parsed.error)}.`)
  const { target, mistakes } = parsed.data
  const results = imageResults({
    resource: target,
    assetKey: null,
    mistakes,
    controls: readControls(CONTROLS),
    observedAt,
  })
  return {
    results: results.filter(({ check, controls }) => fitsProfile({ id: check, controls }, profile)),
    problems: [],
  }
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
