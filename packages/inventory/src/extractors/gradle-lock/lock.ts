// Lock files of gradle (docs.gradle.org, "Locking Versions"): `group:artifact:version=configurations` a line; older ones without the last part.
import { createFindings } from '../../lock-file/findings.ts'
import type { ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

export function parseGradleLock(bytes: Buffer, lineBytes: number): ParsedFile {
  const findings = createFindings('maven')
  let at = 0
  for (const { text, cut } of linesOf(bytes, lineBytes)) {
    at++
    const line = text.trim()
    if (cut) findings.problem(`Line ${at} is longer than ${lineBytes} bytes.`)
    // `empty=` lists configurations that hold nothing
    if (line === '' || line.startsWith('#') || line.startsWith('empty=')) continue
    const match = /^([^:=\s]+):([^:=\s]+):([^:=\s]+)(?:=.*)?$/.exec(line)
    if (match) findings.add(`${match[1]}:${match[2]}`, match[3])
    else findings.problem(`Line ${at} names no dependency.`)
  }
  return findings.parsed()
}
