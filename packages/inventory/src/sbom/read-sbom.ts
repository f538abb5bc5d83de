// An SBOM → the report that a scan of its image gives: same packages, so that matching says the same of them. What of the document could
// not be used is a coverage gap.
import { basename } from 'node:path'
import { gapOf } from '@yagura/image'
import { type Clock, err, type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import { parseJson, readSmallFile } from '@yagura/safe-io'
import type { CoverageGapCode, CoverageGapReport, Image, ImageReport, SoftwarePackage } from '@yagura/schema'
import { EXTRACTOR_VERSION } from '../extract/version.ts'
import { readCycloneDx } from './cyclonedx.ts'
import { MAX_ENTRIES, type SbomDocument } from './document.ts'
import { COMPLAINTS, type Complaint, toPackage } from './package.ts'
import { readSpdx } from './spdx.ts'
import { type Members, membersOf, textOf } from './values.ts'

const NOT_LISTED = 'secrets and mistakes'

export interface ReadSbomOptions {
  readonly limits: Limits
  readonly clock: Clock
}

/** Errors: INPUT_NOT_FOUND, PERMISSION, INPUT_INVALID, INPUT_UNSUPPORTED, LIMIT_EXCEEDED. */
export async function readSbom(path: string, options: ReadSbomOptions): Promise<Result<ImageReport, YaguraError>> {
  const bytes = await readSmallFile(path, options.limits.jsonBytes)
  return bytes.ok ? parseSbom(bytes.value, path, options) : bytes
}

/** `path` is named in sentences. */
export function parseSbom(bytes: Buffer, path: string, options: ReadSbomOptions): Result<ImageReport, YaguraError> {
  const plain = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : bytes
  if (/^\s*</.test(plain.toString('latin1', 0, 64))) return err(unsupported(path, 'is XML'))
  if (/^\s*SPDXVersion:/.test(plain.toString('latin1', 0, 64)))
    return err(unsupported(path, 'is SPDX as tags and values'))
  const parsed = parseJson(plain, options.limits, path)
  if (!parsed.ok) return parsed
  const document = readDocument(statementOf(membersOf(parsed.value)), path, options.limits)
  return document.ok ? ok(reportOf(document.value, path, options)) : document
}

/** An attestation carries the SBOM as its predicate (in-toto, spec/v1/statement.md). */
function statementOf(document: Members): Members {
  return typeof document.predicateType === 'string' ? membersOf(document.predicate) : document
}

function readDocument(document: Members, path: string, limits: Limits): Result<SbomDocument, YaguraError> {
  if (document.bomFormat === 'CycloneDX') {
    if (/^1\.[456]$/.test(textOf(document.specVersion) ?? '')) return ok(readCycloneDx(document))
    return err(unsupported(path, `is CycloneDX ${textOf(document.specVersion, 20) ?? ''}`))
  }
  if (typeof document.spdxVersion === 'string') {
    if (/^SPDX-2\.[23]$/.test(document.spdxVersion)) return ok(readSpdx(document, limits))
    return err(unsupported(path, `is ${document.spdxVersion.slice(0, 20)}`))
  }
  return err(unsupported(path, 'is JSON, but no SBOM that is known'))
}

function unsupported(path: string, what: string): YaguraError {
  return new YaguraError('INPUT_UNSUPPORTED', `${path} ${what}, which is not read.`, {
    hint: 'Read are CycloneDX 1.4 to 1.6 and SPDX 2.2 and 2.3, both in JSON.',
  })
}

function reportOf(document: SbomDocument, path: string, { clock }: ReadSbomOptions): ImageReport {
  const image = imageOf(document.image)
  const evidence = `sbom:${basename(path)}`.slice(0, 4096)
  const packages: SoftwarePackage[] = []
  const complaints = new Map<Complaint, { count: number; example: string }>()
  for (const entry of document.entries.slice(0, MAX_ENTRIES)) {
    const found = toPackage(entry, evidence, (complaint) => {
      const known = complaints.get(complaint)
      if (known) known.count++
      else complaints.set(complaint, { count: 1, example: entry.name ?? entry.purl ?? 'one without a name' })
    })
    if (found) packages.push(found)
  }
  packages.sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name) || compare(a.version, b.version))
  const gap = (code: CoverageGapCode, subject: string, reason: string, count = 1): CoverageGapReport => ({
    ...gapOf(image, clock, { code, path: subject, reason }),
    count,
  })
  const gaps = document.gaps.map(({ code, subject, reason, remedy, count }) => ({
    ...gap(code, subject, reason, count),
    remedy,
  }))
  if (!gaps.some(({ subject }) => subject === NOT_LISTED)) {
    const reason = 'An SBOM lists packages only, so nobody looked for secrets and mistakes.'
    gaps.push({ ...gap('FILE_UNREADABLE', NOT_LISTED, reason), remedy: 'Scan the image itself.' })
  }
  for (const [complaint, { count, example }] of complaints) {
    const others = count === 1 ? '' : ` So ${count === 2 ? 'is one more' : `are ${count - 1} more`}.`
    gaps.push(
      gap(
        'FILE_INVALID',
        `${evidence} (${complaint})`,
        `${example.slice(0, 200)} ${COMPLAINTS[complaint]}.${others}`,
        count,
      ),
    )
  }
  if (document.isCut)
    gaps.push(gap('LIMIT_REACHED', evidence, `The SBOM lists more than ${MAX_ENTRIES} things; the rest was left out.`))
  return {
    image,
    operatingSystem: document.operatingSystem,
    packages,
    coverageGaps: gaps,
    scannedAt: new Date(clock.nowMs()).toISOString(),
    extractorVersion: EXTRACTOR_VERSION,
  }
}

function imageOf({ layers, ...known }: SbomDocument['image']): Image {
  return {
    ...known,
    names: [...known.names],
    layers: layers.map((diffId) => ({
      digest: null,
      diffId,
      createdBy: null,
      createdAt: null,
      sizeBytes: null,
      mediaType: null,
    })),
    config: {
      user: '',
      entrypoint: [],
      command: [],
      environment: [],
      workingDirectory: '',
      exposedPorts: [],
      labels: {},
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
