// Requirements files (pip.pypa.io, "Requirements File Format"; PEP 508): one requirement or option a line, continued by a backslash.
// Only `==` and `===` with a whole version name exactly one; whatever else pip would choose is left open.
import type { Limits } from '@yagura/kernel'
import { joinPath, parentPath } from '@yagura/safe-io'
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import type { ExtractorFile, ParsedFile } from '../extractor.ts'
import { isRequirementsFile } from './file-name.ts'
import { decodeRequirements } from './text.ts'

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/s
/** {distribution}-{version}(-{build})?-{python}-{abi}-{platform}.whl (PEP 427) */
const WHEEL = /(?:^|[/\\])([A-Za-z0-9][A-Za-z0-9._]*)-([^-/\\]+)(?:-\d[^-/\\]*)?-[^-/\\]+-[^-/\\]+-[^-/\\]+\.whl$/

const MAX_BYTES = 4 * 1024 * 1024

export function parseRequirements(file: ExtractorFile, limits: Limits): ParsedFile {
  const findings = createFindings('pypi')
  let held = ''
  if (file.bytes.length > MAX_BYTES) {
    findings.problem(`The file is larger than ${MAX_BYTES} bytes.`)
    return findings.parsed()
  }
  for (const line of decodeRequirements(file.bytes).split(/\r\n|[\r\n]/)) {
    if (held.length + line.length > limits.lineBytes) {
      findings.problem(`A line is longer than ${limits.lineBytes} bytes and was left aside.`)
      held = ''
      continue
    }
    // a comment cannot be continued
    const isComment = /^\s*#/.test(line)
    if (line.endsWith('\\') && !isComment) {
      held += line.slice(0, -1)
      continue
    }
    addLine(isComment ? held : held + line, file.path, findings)
    held = ''
  }
  addLine(held, file.path, findings)
  return findings.parsed()
}

function addLine(text: string, path: string, findings: Findings): void {
  const line = text.replace(/(?:^|\s)#.*$/s, '').trim()
  if (line === '') return
  const option = /^(-[a-zA-Z]|--[a-z-]+)[\s=]*(.*)$/s.exec(line)
  if (option) addOption(option[1] ?? '', option[2] ?? '', path, findings)
  else addRequirement(line, findings)
}

function addOption(option: string, value: string, path: string, findings: Findings): void {
  if (option === '-r' || option === '--requirement') {
    const included = insideTree(parentPath(path), value)
    if (included === undefined || !isRequirementsFile(included))
      findings.problem('It includes another file that is not read by itself.')
  } else if ((option === '-e' || option === '--editable') && /^(?:[a-z]+\+)?[a-z]+:\/\/|@ /.test(value)) {
    findings.leftOpen(/[#&]egg=([^&#[]+)/.exec(value)?.[1] ?? value, 'an address in place of a version')
  }
}

function addRequirement(line: string, findings: Findings): void {
  // options of one requirement: --hash=sha256:… and the like
  const requirement = line.split(/\s--?[a-zA-Z]/)[0]?.trim() ?? ''
  const beforeMarker = requirement.split(';')[0]?.trim() ?? ''
  const wheel = WHEEL.exec(withoutFragment(beforeMarker))
  if (wheel?.[1] && wheel[2]) {
    findings.add(wheel[1], decoded(wheel[2]))
    return
  }
  if (/^(?:\.{0,2}\/|file:)/.test(beforeMarker)) return
  const match = NAME.exec(beforeMarker)
  if (!match?.[1]) {
    findings.problem('A line is no requirement.')
    return
  }
  const name = match[1]
  const rest = match[2] ?? ''
  if (rest.startsWith('@') || /^[+]|:\/\//.test(rest)) {
    findings.leftOpen(name, 'an address in place of a version')
    return
  }
  const pinned = pinnedVersion(rest)
  if (pinned === undefined) findings.leftOpen(name, 'no pinned version')
  else findings.add(name, pinned)
}

/** `==1.2,>=1` pins; `==1.*` does not. */
function pinnedVersion(specifiers: string): string | undefined {
  for (const one of specifiers.replace(/^\(|\)$/g, '').split(',')) {
    const version = /^\s*={2,3}\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*$/.exec(one)?.[1]
    if (version !== undefined) return version
  }
  return undefined
}

function withoutFragment(address: string): string {
  return address.split(/[#?]/)[0] ?? ''
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Undefined for what lies outside the tree that is read. */
function insideTree(directory: string, relative: string): string | undefined {
  if (/^[a-z+]+:\/\/|^\//i.test(relative)) return undefined
  const parts = directory === '' ? [] : directory.split('/')
  for (const part of relative.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined
    if (part !== '..' && part !== '.' && part !== '') parts.push(part)
  }
  return parts.reduce(joinPath, '')
}
