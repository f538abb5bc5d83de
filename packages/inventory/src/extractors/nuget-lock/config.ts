// packages.config (learn.microsoft.com, "packages.config reference"): <package id="…" version="…"/> for everything that is installed.
import { createFindings } from '../../lock-file/findings.ts'
import { readXml } from '../../lock-file/xml.ts'
import type { ParsedFile } from '../extractor.ts'

export function parsePackagesConfig(bytes: Buffer): ParsedFile {
  const findings = createFindings('nuget')
  const fault = readXml(bytes, {
    open(path, attributes) {
      if (path.join('/') === 'packages/package') findings.add(attributes.id, attributes.version)
    },
  })
  if (fault) findings.problem(fault)
  return findings.parsed()
}
