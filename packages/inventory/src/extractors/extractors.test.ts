// The contract that every extractor keeps; a new folder is tested here without another line.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits } from '@yagura/kernel'
import { normalisePath } from '@yagura/safe-io'
import { formatPurl, readPurl } from '@yagura/versions/purl'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extractors } from '../../generated/extractors.ts'
import { extractors as imageExtractors } from '../../generated/image-extractors.ts'
import { readWith } from '../testing/read-file.ts'
import type { Extractor, FoundPackage } from './extractor.ts'

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())

test('every folder is registered', () => {
  expect(extractors.map((extractor) => extractor.name)).toEqual(folders.map((folder) => folder.name).sort())
})

test('those that are loaded for images are all that want something of one', () => {
  const ofImages = extractors.filter((extractor: Extractor) => extractor.scope !== 'source')
  expect(imageExtractors).toEqual(ofImages)
})

/** Files as they are found in images and source trees, some for each ecosystem. */
const SAMPLE_PATHS = [
  'app/node_modules/a/package.json',
  'usr/lib/python3/dist-packages/a-1.0.dist-info/METADATA',
  'usr/lib/python3/dist-packages/a-1.0.egg-info/PKG-INFO',
  'usr/share/gems/specifications/a-1.0.gemspec',
  'app/vendor/composer/installed.json',
  'app/a.deps.json',
  'opt/conda/conda-meta/a-1.0-0.json',
  'app/lib/a-1.0.jar',
  'usr/local/bin/a',
  'usr/local/bin/nginx',
  'var/lib/dpkg/info/a.list',
  'var/lib/snapd/state.json',
  ...[
    'package-lock.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'requirements.txt',
    'poetry.lock',
    'Pipfile.lock',
  ],
  ...[
    'uv.lock',
    'pdm.lock',
    'pylock.toml',
    'pom.xml',
    'gradle.lockfile',
    'go.mod',
    'Cargo.lock',
    'Gemfile.lock',
    'composer.lock',
  ],
  ...['packages.lock.json', 'pubspec.lock', 'mix.lock', 'Package.resolved', 'conan.lock', 'Gemfile', 'Podfile.lock'],
].flatMap((path) => (path.includes('/') ? [path] : [path, `src/app/${path}`]))

describe.each(extractors.map((extractor): [string, Extractor] => [extractor.name, extractor]))(
  '%s',
  (name, extractor) => {
    const folder = join(import.meta.dirname, name)
    const databases = [...extractor.files, ...extractor.directories.map((directory) => `${directory}/some-package`)]
    const paths = [...databases, ...SAMPLE_PATHS.filter((path) => extractor.wants?.(path))]

    test('has its documentation and its own test', () => {
      expect(existsSync(join(folder, 'README.md'))).toBe(true)
      expect(readdirSync(folder).some((file) => file.endsWith('.test.ts'))).toBe(true)
    })

    test('asks for files, by normalised paths, and reads them in one way', () => {
      expect(paths, 'name a file that it wants in SAMPLE_PATHS').not.toEqual([])
      for (const path of [...extractor.files, ...extractor.directories]) expect(normalisePath(path)).toBe(path)
      expect([extractor.parse, extractor.open].filter(Boolean)).toHaveLength(1)
    })

    test('takes nothing, noise and a line without an end', () => {
      const noise = fc.oneof(
        fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
        fc.json().map((text) => Buffer.from(text)),
        fc
          .array(fc.stringMatching(/^[A-Za-z]{1,8}:? ?[^\n]{0,20}$/), { maxLength: 20 })
          .map((lines) => Buffer.from(lines.join('\n'))),
      )
      for (const path of paths) {
        const empty = readWith(extractor, path, '')
        expect(empty.packages).toEqual([])
        if (databases.includes(path)) expect(empty.problems).toEqual([])
        fc.assert(
          fc.property(noise, fc.integer({ min: 1, max: 600 }), (bytes, partBytes) => {
            for (const found of readWith(extractor, path, bytes, defaultLimits, partBytes).packages)
              expect(found.name.length * found.version.length).toBeGreaterThan(0)
          }),
        )
        const endless = readWith(extractor, path, Buffer.alloc(3 * 1024 * 1024, 'x'))
        expect(endless.packages).toEqual([])
        if (databases.includes(path)) expect(endless.problems.length).toBeGreaterThan(0)
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
          if (purl === undefined) return
          const parts = readPurl(purl)
          expect(parts && formatPurl(parts)).toBe(purl)
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
