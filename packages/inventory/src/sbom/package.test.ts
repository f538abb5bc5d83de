import type { OperatingSystem } from '@yagura/schema'
import { describe, expect, test } from 'vitest'
import { extractors } from '../../generated/extractors.ts'
import type { SbomEntry } from './document.ts'
import { toPackage } from './package.ts'

const NOTHING: SbomEntry = {
  name: undefined,
  version: undefined,
  purl: undefined,
  type: undefined,
  architecture: undefined,
  source: undefined,
  licenses: [],
  locations: [],
  layer: null,
  ownedBy: undefined,
  vendor: undefined,
  module: undefined,
}

const debian: OperatingSystem = { id: 'debian', versionId: '12', prettyName: null }
const names = ['simple', 'With_Case.and-dots', 'github.com/Some/path', '@scope/name', 'org.example:core', 'a+b c']

describe.each(extractors.map((extractor) => [extractor.name, extractor] as const))('%s', (_, extractor) => {
  test.each(names)('the package %s comes back under its name, without a complaint', (name) => {
    const version = '1.2.0+b~1'
    const found = { name, version, type: '', architecture: null, source: null, licenses: [] }
    const purl = purlOf(() => extractor.purl(found, debian))
    const complaints: string[] = []
    const type = /^pkg:([^/]+)/.exec(purl ?? 'pkg:other/')?.[1]
    const item = toPackage({ ...NOTHING, name, version, purl, type }, 'x', (complaint) => complaints.push(complaint))
    expect(item).toMatchObject({ name, version, purl: purl ?? '', type })
    expect(complaints).toEqual([])
  })
})

/** Not every name fits into every type of package URL; such packages are kept without one. */
function purlOf(make: () => string): string | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
