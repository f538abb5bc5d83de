// apk's installed database (apk-tools, database.c; wiki "Apk spec"): one letter, a colon, the value; an empty line ends a package.
import type { FoundPackage, ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

const MAX_TEXT = 512
const MAX_PROBLEMS = 20
/** P name, V version, A architecture, o origin (source package), L licence. F is a directory, R a file in it; the rest is read past. */
const FIELDS = new Set(['P', 'V', 'A', 'o', 'L'])

export function parseInstalled(bytes: Buffer, lineBytes: number): ParsedFile {
  const packages: FoundPackage[] = []
  const problems: string[] = []
  let fields = new Map<string, string>()
  let directory = ''
  let owns: string[] = []
  let hasLines = false
  let lineNumber = 0

  function complain(problem: string): void {
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }
  function finish(): void {
    if (!hasLines) return
    const found = toPackage(fields, owns)
    if (found) packages.push(found)
    else complain(`A record without usable name and version before line ${lineNumber + 1}.`)
    fields = new Map()
    directory = ''
    owns = []
    hasLines = false
  }

  for (const line of linesOf(bytes, lineBytes)) {
    lineNumber++
    if (line.cut) complain(`Line ${lineNumber} is longer than ${lineBytes} bytes; its end was left aside.`)
    if (line.text === '') {
      finish()
      continue
    }
    hasLines = true
    if (line.text.startsWith('F:')) directory = line.text.slice(2)
    else if (line.text.startsWith('R:')) owns.push(`/${directory}/${line.text.slice(2)}`)
    else if (line.text.charCodeAt(1) !== 0x3a) complain(`Line ${lineNumber} is no field.`)
    else if (FIELDS.has(line.text.charAt(0)))
      fields.set(line.text.charAt(0), line.text.slice(2, 2 + 2 * MAX_TEXT).trim())
  }
  finish()
  return { packages, problems }
}

function toPackage(fields: ReadonlyMap<string, string>, owns: readonly string[]): FoundPackage | undefined {
  const name = fields.get('P')
  const version = fields.get('V')
  if (!name || !version || name.length > MAX_TEXT || version.length > MAX_TEXT) return undefined
  const origin = fields.get('o')?.slice(0, MAX_TEXT)
  const license = fields.get('L')
  return {
    name,
    version,
    type: 'apk',
    architecture: fields.get('A')?.slice(0, MAX_TEXT) || null,
    source: { name: origin || name, version },
    licenses: license ? [license] : [],
    owns,
  }
}
