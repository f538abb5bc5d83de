// The contract that every extractor keeps; a new folder is tested here without another line.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits } from '@yagura/kernel'
import { normalisePath } from '@yagura/safe-io'
import fc from 'fast-check'
import { PackageURL } from 'packageurl-js'
import { describe, expect, test } from 'vitest'
import { extractors } from '../../generated/extractors.ts'
import type { Extractor, FoundPackage } from './extractor.ts'

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())

test('every folder is registered', () => {
  expect(extractors.map((extractor) => extractor.name)).toEqual(folders.map((folder) => folder.name).sort())
})

describe.each(extractors.map((extractor): [string, Extractor] => [extractor.name, extractor]))(
  '%s',
  (name, extractor) => {
    const folder = join(import.meta.dirname, name)
    const paths = [...extractor.files, ...extractor.directories.map((directory) => `${directory}/some-package`)]

    test('has its documentation and its own test', () => {
      expect(existsSync(join(folder, 'README.md'))).toBe(true)
      expect(readdirSync(folder).some((file) => file.endsWith('.test.ts'))).toBe(true)
    })

    test('asks for normalised paths', () => {
      expect(paths.length).toBeGreaterThan(0)
      for (const path of [...extractor.files, ...extractor.directories]) expect(normalisePath(path)).toBe(path)
    })

    test('takes nothing, noise and a line without an end', () => {
      const noise = fc.oneof(
        fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
        fc
          .array(fc.stringMatching(/^[A-Za-z]{1,8}:? ?[^\n]{0,20}$/), { maxLength: 20 })
          .map((lines) => Buffer.from(lines.join('\n'))),
      )
      for (const path of paths) {
        expect(extractor.parse({ path, bytes: Buffer.alloc(0) }, defaultLimits)).toEqual({ packages: [], problems: [] })
        fc.assert(
          fc.property(noise, (bytes) => {
            for (const found of extractor.parse({ path, bytes }, defaultLimits).packages)
              expect(found.name.length * found.version.length).toBeGreaterThan(0)
          }),
        )
        const endless = extractor.parse({ path, bytes: Buffer.alloc(3 * 1024 * 1024, 'x') }, defaultLimits)
        expect(endless.packages).toEqual([])
        expect(endless.problems.length).toBeGreaterThan(0)
      }
    })

    test('makes package URLs that read back, whatever the names', () => {
      const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((one) => one.trim() === one)
      const id = fc.stringMatching(/^[a-z]{1,8}$/)
      const os = fc.option(
        fc.record({ id, versionId: fc.option(fc.stringMatching(/^[0-9.]{1,5}$/)), prettyName: fc.constant(null) }),
      )
      const architecture = fc.option(fc.constantFrom('amd64', 'x86_64', 'all'))
      fc.assert(
        fc.property(text, text, architecture, os, (packageName, version, cpu, system) => {
          const found: FoundPackage = {
            name: packageName,
            version,
            type: 'x',
            architecture: cpu,
            source: null,
            licenses: [],
          }
          const purl = purlOrNothing(() => extractor.purl(found, system))
          if (purl !== undefined) expect(PackageURL.fromString(purl).toString()).toBe(purl)
        }),
      )
    })
  },
)

/** Names of nothing but slashes fit into no package URL; the caller of an extractor expects that. */
function purlOrNothing(make: () => string): string | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
