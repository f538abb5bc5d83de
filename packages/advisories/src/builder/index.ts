// Building brings parsers with it that opening does without, so they are loaded when it is asked for.
import type { Result, YaguraError } from '@yagura/kernel'
import type { AdvisoryDatabaseInfo } from '../database/meta.ts'
import type { BuildOptions } from './options.ts'

/** Errors: INPUT_* where `from` or an archive in it cannot be read, PERMISSION where `out` cannot be written. */
export async function buildAdvisoryDatabase(options: BuildOptions): Promise<Result<AdvisoryDatabaseInfo, YaguraError>> {
  const { build } = await import('./build.ts')
  return build(options)
}
