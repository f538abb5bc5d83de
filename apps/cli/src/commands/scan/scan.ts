// Scans one target: open, extract, match, print. What could not be seen is printed with what was.
import { writeFile } from 'node:fs/promises'
import { type FormatName, loadFormat } from '@yagura/export'
import { checkPlatform, openImage } from '@yagura/image/open'
import { parseTarget } from '@yagura/image/target'
import { extractImage, INSPECTIONS, type InspectionName, openScanCache } from '@yagura/inventory'
import { dataPaths, defaultLimits, systemClock, unwrap, YaguraError } from '@yagura/kernel'
import type { ImageReport, ScanReport, VulnerabilityFinding } from '@yagura/schema'
import { type Severity, severityRank } from '@yagura/schema/severities'
import { readStatements, warnUnused } from '../../exceptions/index.ts'
import { createProgress } from '../../terminal/progress.ts'
import { openDatabase } from './database.ts'
import { toJson } from './json.ts'
import { lookedFor } from './looked-for.ts'
import { type PlaceOptions, placesOf } from './places.ts'
import { makeReport } from './report.ts'
import { toTable } from './table.ts'

export interface ExtractOptions extends PlaceOptions {
  /** False: every layer is read. */
  readonly cache?: boolean
  /** What is looked for beside packages. Default: nothing. */
  readonly inspect?: readonly InspectionName[]
  /** No extractor runs. */
  readonly withoutPackages?: boolean
}

export interface ScanOptions extends ExtractOptions {
  readonly format: 'table' | 'json' | FormatName
  readonly failOn?: Severity
  readonly db?: string
  readonly output?: string
  readonly all?: boolean
  readonly comprehensive?: boolean
  readonly vex?: readonly string[]
  readonly config?: string
  readonly only?: string
  readonly skip?: string
  readonly language?: string
}

export async function scan(targetText: string, options: ScanOptions): Promise<void> {
  const looks = lookedFor(options)
  const database = await openDatabase(options.db, process.env)
  try {
    const statements = await readStatements(options)
    const inspect = INSPECTIONS.filter((name) => looks.includes(name))
    const withoutPackages = !looks.includes('packages')
    const seen = await extract(targetText, { ...options, inspect, withoutPackages })
    const extracted = withoutPackages ? { ...seen, packages: [] } : seen
    const { all = false, comprehensive = false } = options
    const result = await makeReport(extracted, database, { target: targetText, all, comprehensive, statements })
    // Set before printing: the reader of a pipe may go away while it is written.
    process.exitCode = exitCode(result, options.failOn)
    await print(await localised(result, options.language), options)
    if (!database && options.failOn) throw cannotJudge()
    noteUnrated(result, options.failOn)
    warnUnused(result)
  } finally {
    database?.close()
  }
}

export async function extract(targetText: string, options: ExtractOptions): Promise<ImageReport> {
  const target = unwrap(parseTarget(targetText))
  if (target.kind === 'sbom') {
    const { readSbom } = await import('@yagura/inventory/sbom')
    const report = unwrap(await readSbom(target.path, { limits: defaultLimits, clock: systemClock }))
    unwrap(checkPlatform(report.image.architecture, options.platform))
    return report
  }
  const places = placesOf(options, process.env)
  const opened = unwrap(await openImage(target, { limits: defaultLimits, clock: systemClock, ...places }))
  const progress = createProgress()
  try {
    progress.update('Reading layers')
    return await extractImage(opened, {
      limits: defaultLimits,
      clock: systemClock,
      cache: options.cache === false ? undefined : openScanCache(dataPaths().scanCache),
      inspect: options.inspect,
      scope: options.withoutPackages ? 'none' : undefined,
      onProgress: (done, total) => progress.update(`Reading layers: ${done} of ${total}`),
    })
  } finally {
    progress.done()
    await opened.close()
  }
}

/** What mistakes are called, and what to do about them, in the language of the reader. */
async function localised(result: ScanReport, language = 'en'): Promise<ScanReport> {
  if (language === 'en') return result
  const { localiseMistake } = await import('@yagura/schema/mistake-texts')
  return {
    ...result,
    mistakes: result.mistakes.map((mistake) => localiseMistake(mistake, language)),
    suppressedMistakes: result.suppressedMistakes.map((mistake) => localiseMistake(mistake, language)),
  }
}

/** What could not be determined counts like what is affected: a verdict must not be clean because a version was unreadable. */
function exitCode({ findings, secrets, mistakes }: ScanReport, failOn: Severity | undefined): number {
  if (failOn === undefined) return 0
  const counted = [...findings.filter(isOpen), ...secrets, ...mistakes]
  return counted.some(({ severity }) => severityRank(severity) >= severityRank(failOn)) ? 1 : 0
}

function isOpen({ status }: VulnerabilityFinding): boolean {
  return status === 'affected' || status === 'undetermined'
}

/** A finding that nobody has rated does not stop a pipeline, but it is said. */
function noteUnrated({ findings }: ScanReport, failOn: Severity | undefined): void {
  const unrated = findings.filter((finding) => isOpen(finding) && finding.severity === 'unknown').length
  if (failOn === undefined || failOn === 'unknown' || unrated === 0) return
  const text = unrated === 1 ? 'One finding of unknown severity does' : `${unrated} findings of unknown severity do`
  process.stderr.write(`yagura: ${text} not count for --fail-on ${failOn}.\n`)
}

function cannotJudge(): YaguraError {
  return new YaguraError('ADVISORY_DB_MISSING', 'Without an advisory database --fail-on cannot be judged.', {
    hint: 'Get one with `yagura db update`, or name one with --db.',
  })
}

async function print(result: ScanReport, { format, output, all }: ScanOptions): Promise<void> {
  const toTerminal = output === undefined
  const text = await render(result, { format, all }, toTerminal ? process.stdout : undefined)
  if (toTerminal) {
    process.stdout.write(text)
    return
  }
  await writeFile(output, text).catch((cause) => {
    throw new YaguraError('PERMISSION', `${output} cannot be written.`, { cause })
  })
}

async function render(
  result: ScanReport,
  { format, all }: Pick<ScanOptions, 'format' | 'all'>,
  stream: NodeJS.WriteStream | undefined,
): Promise<string> {
  if (format === 'table') return toTable(result, stream, all)
  if (format === 'json') return toJson(result)
  return (await loadFormat(format)).render(result)
}
