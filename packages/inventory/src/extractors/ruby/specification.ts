// A gemspec is a Ruby program, but RubyGems writes installed ones in one form (Gem::Specification#to_ruby): a line
// `# stub: NAME VERSION PLATFORM PATH`, and assignments of literals. Nothing is evaluated.
import type { Limits } from '@yagura/kernel'
import { foundPackage } from '../../installed/found.ts'
import type { ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

const MAX_LINES = 2000
const STUB = /^# stub: (\S+) (\S+) (\S+) /
const ASSIGNMENT = /^\s*\w+\.(name|version|platform|licenses?)\s*=\s*(.*)$/
const LITERAL = /(["'])([^"'\\]*)\1/g
const FILE_NAME = /([^/]+)-(\d[^-/]*)(?:-([^/]+))?\.gemspec$/

export function parseSpecification(path: string, bytes: Buffer, limits: Limits): ParsedFile {
  const fields = new Map<string, readonly string[]>()
  let stub: RegExpExecArray | null = null
  let lines = 0
  for (const { text } of linesOf(bytes, limits.lineBytes)) {
    if (++lines > MAX_LINES) break
    if (text.length > limits.lineBytes / 2) continue
    stub ??= STUB.exec(text)
    const match = ASSIGNMENT.exec(text)
    const [, field, value] = match ?? []
    if (field === undefined || value === undefined) continue
    const literals = Array.from(value.matchAll(LITERAL), (literal) => literal[2] ?? '')
    if (!fields.has(field) && literals.length > 0) fields.set(field, literals)
  }
  // a constant in place of a version says nothing; the file is named after both
  const named = FILE_NAME.exec(path)
  const wasRead = stub !== null || fields.has('name')
  const name = stub?.[1] ?? fields.get('name')?.[0]
  const version = stub?.[2] ?? fields.get('version')?.[0] ?? (wasRead ? named?.[2] : undefined)
  const platform = stub?.[3] ?? fields.get('platform')?.[0] ?? 'ruby'
  const found = foundPackage('gem', name, version, {
    architecture: platform === 'ruby' ? null : platform,
    licenses: fields.get('licenses') ?? fields.get('license') ?? [],
  })
  return found
    ? { packages: [found], problems: [] }
    : { packages: [], problems: ['The specification has no name and version.'] }
}
