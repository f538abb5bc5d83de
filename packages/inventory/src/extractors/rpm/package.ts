// An installed package out of its header (tags: include/rpm/rpmtag.h).
import type { FoundPackage } from '../extractor.ts'
import { readHeader, type TagValue } from './header.ts'

const NAME = 1000
const VERSION = 1001
const RELEASE = 1002
const EPOCH = 1003
const VENDOR = 1011
const LICENSE = 1014
const ARCH = 1022
const OLD_FILENAMES = 1027
const SOURCE_RPM = 1044
const DIR_INDEXES = 1116
const BASE_NAMES = 1117
const DIR_NAMES = 1118
const MODULARITY_LABEL = 5096
const WANTED = new Set([
  ...[NAME, VERSION, RELEASE, EPOCH, VENDOR, LICENSE, ARCH, OLD_FILENAMES],
  ...[SOURCE_RPM, DIR_INDEXES, BASE_NAMES, DIR_NAMES, MODULARITY_LABEL],
])

const MAX_TEXT = 512
const MAX_PATH = 4096

/** Key of a vendor, kept in the database like a package. */
export const PUBLIC_KEY = 'gpg-pubkey'

/** Undefined: no header, or one without a usable name and version. */
export function readPackage(blob: Buffer): FoundPackage | undefined {
  const tags = readHeader(blob, WANTED)
  if (!tags) return undefined
  const name = text(tags, NAME)
  const version = text(tags, VERSION)
  if (!name || !version || name.length > MAX_TEXT) return undefined
  const release = text(tags, RELEASE)
  const epoch = number(tags, EPOCH)
  const full = `${epoch ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`
  if (full.length > MAX_TEXT) return undefined
  const vendor = text(tags, VENDOR)?.slice(0, MAX_TEXT)
  const label = text(tags, MODULARITY_LABEL)
  const license = text(tags, LICENSE)
  return {
    name,
    version: full,
    type: 'rpm',
    architecture: text(tags, ARCH)?.slice(0, MAX_TEXT) || null,
    source: sourceOf(text(tags, SOURCE_RPM)),
    licenses: license ? [license] : [],
    owns: filesOf(tags),
    ...(vendor ? { vendor } : {}),
    ...(label ? { module: label.split(':').slice(0, 2).join(':').slice(0, MAX_TEXT) } : {}),
  }
}

/** `bash-5.1.8-6.el9.src.rpm`: name, version and release; never an epoch. */
function sourceOf(file: string | undefined): { name: string; version: string } | null {
  const match = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file?.slice(0, MAX_TEXT) ?? '')
  return match?.[1] && match[2] ? { name: match[1], version: match[2] } : null
}

/** Names are stored once for each directory; before rpm 4.0 as whole paths. */
function filesOf(tags: ReadonlyMap<number, TagValue>): string[] {
  const names = tags.get(BASE_NAMES) ?? tags.get(OLD_FILENAMES) ?? []
  const directories = tags.get(DIR_NAMES) ?? []
  const indexes = tags.get(DIR_INDEXES) ?? []
  const old = !tags.has(BASE_NAMES)
  const files: string[] = []
  for (const [at, name] of names.entries()) {
    const directory = old ? '' : directories[Number(indexes[at])]
    if (directory === undefined) continue
    const path = `${directory}${name}`
    if (path.startsWith('/') && path.length <= MAX_PATH) files.push(path)
  }
  return files
}

function text(tags: ReadonlyMap<number, TagValue>, tag: number): string | undefined {
  const value = tags.get(tag)?.[0]
  return typeof value === 'string' ? value : undefined
}

function number(tags: ReadonlyMap<number, TagValue>, tag: number): number | undefined {
  const value = tags.get(tag)?.[0]
  return typeof value === 'number' ? value : undefined
}
