// Gemfile.lock (bundler, lockfile_parser.rb): sections of sources, each with `specs:`; four blanks before a gem, six before what it needs.
import { createFindings } from '../../lock-file/findings.ts'
import type { ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

/** Gems of a PATH are code of the project. */
const SOURCES = new Set(['GEM', 'GIT', 'PLUGIN SOURCE'])
/** name (version-platform): a version holds no dash, so that what follows one is the platform. */
const SPEC = /^ {4}(\S+) \(([^-()]+)(?:-[^()]*)?\)!?$/

export function parseGemfileLock(bytes: Buffer, lineBytes: number): ParsedFile {
  const findings = createFindings('gem')
  let section = ''
  let sections = 0
  let at = 0
  for (const { text, cut } of linesOf(bytes, lineBytes)) {
    at++
    const line = text.trimEnd()
    if (cut) findings.problem(`Line ${at} is longer than ${lineBytes} bytes; its end was left aside.`)
    if (/^[<=>]{7}/.test(line)) findings.problem('The file holds an unresolved merge.')
    if (/^[A-Z]/.test(line)) {
      section = line
      sections++
    }
    if (!SOURCES.has(section) || !/^ {4}\S/.test(line)) continue
    const spec = SPEC.exec(line)
    if (spec) findings.add(spec[1], spec[2])
    else findings.leftOpen(line.trim().split(' ')[0] ?? '', 'no version')
  }
  if (sections === 0 && at > 0) findings.problem('The file is no lock file of bundler.')
  return findings.parsed()
}
