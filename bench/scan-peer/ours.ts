// Our side, in a process of its own: a root → packages and findings, as JSON on standard output.
import { openAdvisoryDatabase } from '@yagura/advisories'
import { openImage } from '@yagura/image'
import { extractImage } from '@yagura/inventory'
import { defaultLimits, systemClock, unwrap } from '@yagura/kernel'
import { matchPackages } from '@yagura/match'

export interface OurPackage {
  readonly type: string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly ownedBy: string | null
  readonly paths: readonly string[]
}

export interface OurFinding {
  readonly type: string
  readonly name: string
  readonly version: string
  /** Its id and all other names, advisories among them. */
  readonly names: readonly string[]
  readonly status: string
}

export interface OurReport {
  readonly packages: readonly OurPackage[]
  readonly findings: readonly OurFinding[]
  readonly gaps: readonly string[]
}

export async function scan(kind: string, path: string, advisories: string): Promise<OurReport> {
  const target = { kind: kind === 'sources' ? 'dir' : 'rootfs', path } as const
  const opened = unwrap(await openImage(target, { limits: defaultLimits, clock: systemClock }))
  const options = { limits: defaultLimits, clock: systemClock, scope: kind === 'sources' ? 'source' : 'image' } as const
  const { packages, operatingSystem, coverageGaps } = await extractImage(opened, options)
  await opened.close()
  const database = unwrap(openAdvisoryDatabase(advisories))
  const matched = matchPackages(
    { operatingSystem, packages, scope: 'bench', observedAt: new Date(0).toISOString() },
    database,
  )
  const findings = matched.findings.map(({ finding, package: item }) => ({
    ...{ type: item.type, name: item.name, version: item.version },
    names: [finding.id, ...finding.aliases],
    status: finding.status,
  }))
  database.close()
  return {
    packages: packages.map((item) => ({
      ...{ type: item.type, name: item.name, version: item.version, purl: item.purl },
      ownedBy: item.ownedBy?.type ?? null,
      paths: item.locations.map((location) => location.path),
    })),
    findings,
    gaps: coverageGaps.map(({ code, subject, reason }) => `${code} ${subject}: ${reason}`),
  }
}
