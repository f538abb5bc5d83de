// The result as JSON, for programs: its fields are a contract.
import type { CoverageGapReport, Image, OperatingSystem, SoftwarePackage, VulnerabilityFinding } from '@yagura/schema'

export interface ScanResult {
  readonly target: string
  readonly image: Image
  readonly operatingSystem: OperatingSystem | null
  readonly packages: readonly SoftwarePackage[]
  readonly findings: readonly VulnerabilityFinding[]
  readonly coverageGaps: readonly CoverageGapReport[]
}

export function toJson(result: ScanResult): string {
  const packages = result.packages.map(({ name, version, type, purl, locations, layer }) => ({
    name,
    version,
    type,
    purl,
    locations,
    layer,
  }))
  return `${JSON.stringify({ ...result, packages }, null, 2)}\n`
}
