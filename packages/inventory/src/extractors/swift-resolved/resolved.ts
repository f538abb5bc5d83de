// Package.resolved (swift-package-manager, PinsStore.swift): version 1 has `object.pins`, versions 2 and 3 `pins`. A package is its address
// (purl-spec, types/swift): host, owner and name. What follows a branch is known by its commit.
import type { Limits } from '@yagura/kernel'
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import { readJson } from '../../lock-file/json.ts'
import { listOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

const MAX_ADDRESS = 512

export function parsePackageResolved(bytes: Buffer, limits: Limits): ParsedFile {
  const findings = createFindings('swift')
  const document = readJson(bytes, limits, findings)
  const pins = valueAt(document, 'pins') ?? valueAt(valueAt(document, 'object'), 'pins')
  if (document !== undefined && !Array.isArray(pins)) findings.problem('The file is no Package.resolved.')
  for (const pin of listOf(pins)) addPin(pin, findings)
  return findings.parsed()
}

function addPin(pin: unknown, findings: Findings): void {
  const location = textAt(pin, 'location') ?? textAt(pin, 'repositoryURL')
  const shown = textAt(pin, 'identity') ?? textAt(pin, 'package') ?? 'a package'
  const kind = textAt(pin, 'kind')
  if (
    kind === 'localSourceControl' ||
    kind === 'fileSystem' ||
    location?.startsWith('/') ||
    location?.startsWith('file:')
  )
    return
  if (kind === 'registry') {
    findings.leftOpen(shown, 'an identity of a registry in place of an address')
    return
  }
  const name = location === undefined ? undefined : nameOf(location)
  if (name === undefined) {
    findings.leftOpen(shown, 'an address that names no host')
    return
  }
  const state = valueAt(pin, 'state')
  findings.add(name, textAt(state, 'version') ?? textAt(state, 'revision'))
}

/** https://github.com/apple/swift-nio.git, git@github.com:apple/swift-nio → github.com/apple/swift-nio */
function nameOf(address: string): string | undefined {
  if (address.length > MAX_ADDRESS) return undefined
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/:@]+)(?::\d+(?=\/))?[/:]+(.+?)(?:\.git)?\/*$/i.exec(
    address,
  )
  return match?.[1] && match[2] ? `${match[1].toLowerCase()}/${match[2]}` : undefined
}
