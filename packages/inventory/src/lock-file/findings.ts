// Gathers what a lock file names. What it does not name exactly is a problem, never a guess; a package named twice is one.
import type { FoundPackage, ParsedFile } from '../extractors/extractor.ts'

export interface Findings {
  /** Values come as they stand in the file: what is no usable text becomes a problem. */
  add(name: unknown, version: unknown, more?: { readonly vendor?: string }): void
  /** One sentence. */
  problem(sentence: string): void
  /** A dependency whose version the file leaves open, for a reason such as `has no version`; told once for each reason. */
  leftOpen(name: string, reason: string): void
  parsed(): ParsedFile
}

const MAX_TEXT = 512
const MAX_PROBLEMS = 20
const MAX_PACKAGES = 200_000
const MAX_NAMES = 5
const MAX_SHOWN = 100

/** `type` is that of the package URL. */
export function createFindings(type: string): Findings {
  const packages = new Map<string, FoundPackage>()
  const problems = new Set<string>()
  const open = new Map<string, { readonly names: string[]; count: number }>()
  let overflow = false

  function problem(sentence: string): void {
    if (problems.size < MAX_PROBLEMS) problems.add(sentence)
  }
  function leftOpen(name: string, reason: string): void {
    const known = open.get(reason) ?? { names: [], count: 0 }
    if (known.names.length < MAX_NAMES) known.names.push(shown(name))
    known.count++
    if (open.has(reason) || open.size < MAX_PROBLEMS) open.set(reason, known)
  }
  function add(name: unknown, version: unknown, more: { readonly vendor?: string } = {}): void {
    if (!isUsable(name)) {
      problem('An entry has no usable name.')
      return
    }
    if (version === undefined || version === null || version === '') {
      leftOpen(name, 'no version')
      return
    }
    if (!isUsable(version)) {
      leftOpen(name, 'no usable version')
      return
    }
    const key = `${name}\0${version}\0${more.vendor ?? ''}`
    if (packages.has(key)) return
    if (packages.size >= MAX_PACKAGES) overflow = true
    else packages.set(key, { name, version, type, architecture: null, source: null, licenses: [], ...more })
  }
  function parsed(): ParsedFile {
    const left = [...open].map(([reason, { names, count }]) => {
      const more = count > names.length ? ` and ${count - names.length} more` : ''
      return `Left out for ${reason}: ${names.join(', ')}${more}.`
    })
    const cut = overflow ? [`The file names more than ${MAX_PACKAGES} packages; the rest was left out.`] : []
    return { packages: [...packages.values()], problems: [...problems, ...left, ...cut] }
  }
  return { add, problem, leftOpen, parsed }
}

/** Names and versions of every ecosystem are printable text without blanks. */
function isUsable(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT && !/[\s\p{Cc}]/u.test(value)
}

function shown(name: string): string {
  return name.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, MAX_SHOWN)
}
