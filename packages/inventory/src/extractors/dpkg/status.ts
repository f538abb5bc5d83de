// deb822 paragraphs of dpkg's status file (deb-control(5), dpkg-query(1)): `Field: value`, continued by lines that start with a space.
import type { FoundPackage, ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

export interface StatusOptions {
  readonly lineBytes: number
  /** In the status file only `install ok installed` is installed; files of status.d have no Status. */
  readonly requireStatus: boolean
}

const FIELDS = new Set(['package', 'status', 'version', 'architecture', 'source'])
const MAX_TEXT = 512
const MAX_PROBLEMS = 20

export function parseStatus(bytes: Buffer, options: StatusOptions): ParsedFile {
  const packages: FoundPackage[] = []
  const problems: string[] = []
  let fields = new Map<string, string>()
  let lineNumber = 0

  function finish(): void {
    if (fields.size === 0) return
    const found = toPackage(fields, options, (problem) => {
      if (problems.length < MAX_PROBLEMS) problems.push(`${problem} before line ${lineNumber + 1}.`)
    })
    if (found) packages.push(found)
    fields = new Map()
  }

  for (const line of linesOf(bytes, options.lineBytes)) {
    lineNumber++
    if (line.cut && problems.length < MAX_PROBLEMS)
      problems.push(`Line ${lineNumber} is longer than ${options.lineBytes} bytes; its end was left aside.`)
    if (line.text.trim() === '') finish()
    else if (line.text.startsWith(' ') || line.text.startsWith('\t')) continue
    else {
      const colon = line.text.indexOf(':')
      const name = line.text.slice(0, Math.max(colon, 0)).toLowerCase()
      if (FIELDS.has(name)) fields.set(name, line.text.slice(colon + 1, colon + 1 + 2 * MAX_TEXT).trim())
      else if (colon <= 0 && problems.length < MAX_PROBLEMS) problems.push(`Line ${lineNumber} is no field.`)
    }
  }
  finish()
  return { packages, problems }
}

function toPackage(
  fields: ReadonlyMap<string, string>,
  options: StatusOptions,
  problem: (sentence: string) => void,
): FoundPackage | undefined {
  const status = fields.get('status')
  if (options.requireStatus && !isInstalled(status)) {
    if (status === undefined) problem('A paragraph without Status')
    else if (!isAbsent(status))
      problem(`${fields.get('package')?.slice(0, 80)} is not wholly installed (${status.slice(0, 80)})`)
    return undefined
  }
  const name = fields.get('package')
  const version = fields.get('version')
  if (!name || !version || name.length > MAX_TEXT || version.length > MAX_TEXT) {
    problem(`A paragraph without usable Package and Version${name ? ` (${name.slice(0, 80)})` : ''}`)
    return undefined
  }
  return {
    name,
    version,
    type: 'deb',
    architecture: fields.get('architecture')?.slice(0, MAX_TEXT) || null,
    source: sourceOf(fields.get('source'), name, version),
    licenses: [],
  }
}

/** `want flag state`: a held package is installed too, one that has only its configuration files left is not. */
function isInstalled(status: string | undefined): boolean {
  return status?.split(/\s+/)[2] === 'installed'
}

/** Nothing of it is there but what its administrator wrote. */
function isAbsent(status: string): boolean {
  return /\s(?:config-files|not-installed)$/.test(status)
}

/** `Source: gcc-12 (12.2.0-14)`; left out where it is the same as the binary package. */
function sourceOf(field: string | undefined, name: string, version: string): { name: string; version: string } {
  const match = /^(\S+)(?:\s+\((\S+)\))?$/.exec(field ?? '')
  return {
    name: (match?.[1] ?? name).slice(0, MAX_TEXT),
    version: (match?.[2] ?? version).slice(0, MAX_TEXT),
  }
}
