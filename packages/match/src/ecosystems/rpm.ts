// Distributions of rpm packages. Their advisories name binary packages with epochs (AlmaLinux, Red Hat), or sources (Rocky, SUSE).
import type { Advisory } from '@yagura/advisories'
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { readPurl } from '@yagura/versions/purl'
import type { Ecosystem, KnownFeeds, Subject } from './ecosystem.ts'
import { distributionOf } from './rpm-distributions.ts'

export const rpm: Ecosystem = { scheme: 'rpm', feeds, subjects, appliesTo, thirdParty, carriesRelated: true }

function feeds(_: SoftwarePackage, operatingSystem: OperatingSystem | null, known: KnownFeeds): readonly string[] {
  const distribution = distributionOf(operatingSystem)
  if (!distribution || !operatingSystem?.versionId) return []
  return distribution.feeds(operatingSystem.versionId, known, operatingSystem.branch)
}

/** A missing epoch is 0 under the exact name; the name of a source has none, so there none counts (grype: perl-Errno). */
function subjects(item: SoftwarePackage, operatingSystem: OperatingSystem | null): readonly Subject[] {
  const binary = { name: item.name, version: withEpoch(item) }
  const { source } = item
  if (!source || source.name === item.name || !distributionOf(operatingSystem)?.namesSources) return [binary]
  return [binary, { name: source.name, version: withoutEpoch(source.version), ignoresEpoch: true }]
}

function withEpoch({ version, purl }: SoftwarePackage): string {
  if (version.includes(':')) return version
  const epoch = readPurl(purl)?.qualifiers.get('epoch')
  return epoch && /^\d+$/.test(epoch) ? `${epoch}:${version}` : version
}

export function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, '')
}

function appliesTo(advisory: Advisory, item: SoftwarePackage): boolean {
  const versions = advisory.ranges.flatMap((range) => range.events.map((event) => event.version))
  const modular = versions.some(isModular)
  if (modular !== (moduleOf(item) !== undefined || isModular(item.version))) return false
  if (modular && !isSameStream(advisory, item)) return false
  if (!isOfSameKernel(advisory.id, item)) return false
  const fixes = versions.filter((version) => version !== '0')
  return fixes.length === 0 || fixes.some((version) => flavour(version) === flavour(item.version))
}

function isModular(version: string): boolean {
  return /\.module[_+]/.test(version)
}

/** `nodejs:18`, out of what may have more parts. */
function moduleOf(item: SoftwarePackage): string | undefined {
  const label = item.module ?? readPurl(item.purl)?.qualifiers.get('rpmmod')
  return label ? label.split(':').slice(0, 2).join(':') : undefined
}

/** Distributions name the stream in the title alone: “Important: nodejs:12 security update”. Where they do not, versions decide. */
function isSameStream(advisory: Advisory, item: SoftwarePackage): boolean {
  const own = moduleOf(item)
  if (own === undefined) return true
  const streams = [...(advisory.detail().summary ?? '').matchAll(/(?:^|\s)([A-Za-z][\w.+-]*:[\w.+-]+)(?=[\s,])/g)]
  return streams.length === 0 || streams.some((match) => match[1] === own)
}

/** Kernels of Amazon's extras are packages of one name in several lines: ALAS2KERNEL-5.10-2022-001 speaks of 5.10 only, ALAS2-2022-1 of 4.14. */
function isOfSameKernel(id: string, { name, version }: SoftwarePackage): boolean {
  const [, line] = /^ALAS2KERNEL-(\d+\.\d+)-/.exec(id) ?? []
  const isCore = /^ALAS2-/.test(id) && /^(?:kernel|perf|python-perf|bpftool)(?:-(?!livepatch)|$)/.test(name)
  const wanted = line ?? (isCore ? '4.14' : undefined)
  return wanted === undefined || withoutEpoch(version).startsWith(`${wanted}.`)
}

/** Oracle builds some packages for ksplice and for FIPS apart: an advisory speaks of its own flavour only. */
function flavour(version: string): string {
  return /\.(ksplice)\d|_(fips)\b/.exec(version)?.slice(1).find(Boolean) ?? ''
}

/** An empty vendor may be anybody's, also the distribution's. */
function thirdParty(item: SoftwarePackage, operatingSystem: OperatingSystem | null): string | null {
  const distribution = distributionOf(operatingSystem)
  if (!item.vendor || !distribution || distribution.vendor.test(item.vendor)) return null
  return item.vendor
}
