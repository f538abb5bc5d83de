// All extractors, by their registry: a new folder is fuzzed without another line here, unless the names of its files are new.
import { extractors, makeGoProgram, readWith } from '@yagura/inventory/testing/parsers'
import { makeBerkeley, makeHeader, makeNdb } from '@yagura/inventory/testing/rpm'
import { makeZip } from '@yagura/safe-io/testing/zip'
import type { FuzzedParser } from '../parser.ts'
import { seedsFrom } from '../seeds.ts'

type Extractor = (typeof extractors)[number]

/** Files that are wanted by name. */
const PATHS = [
  'app/node_modules/a/package.json',
  'usr/lib/python3/dist-packages/a-1.0.dist-info/METADATA',
  'usr/share/gems/specifications/a-1.0.gemspec',
  'app/vendor/composer/installed.json',
  'app/vendor/composer/installed.php',
  'app/a.deps.json',
  'opt/conda/conda-meta/a-1.0-0.json',
  'app/lib/a-1.0.jar',
  'usr/local/bin/nginx',
  ...'package-lock.json yarn.lock pnpm-lock.yaml bun.lock requirements.txt poetry.lock Pipfile.lock uv.lock pdm.lock'.split(
    ' ',
  ),
  ...'pylock.toml pom.xml gradle.lockfile go.mod Cargo.lock Gemfile.lock composer.lock packages.lock.json'.split(' '),
  ...'pubspec.lock mix.lock Package.resolved conan.lock'.split(' '),
  'src/package.json',
  'src/Podfile.lock',
  'var/lib/snapd/state.json',
]

function made(name: string): Buffer[] {
  const headers = Array.from({ length: 5 }, (_, at) =>
    makeHeader({ name: `p${at}`, version: '1', release: '2', epoch: at, files: ['/a/b', '/c'], module: 'm:1' }),
  )
  const program = {
    goVersion: 'go1.22.1',
    modules: 'path\tm\nmod\ta.org/m\tv1.0.0\t\ndep\tb.org/d\tv1.2.3\th1:x=\n=>\tc.org/e\tv2.0.0\th1:y=\n',
  }
  const pom = {
    name: 'META-INF/maven/g/a/pom.properties',
    content: Buffer.from('groupId=g\nartifactId=a\nversion=1\n'),
  }
  const manifest = {
    name: 'META-INF/MANIFEST.MF',
    content: Buffer.from('Manifest-Version: 1.0\nImplementation-Version: 1\n Bundle: x\n'),
  }
  switch (name) {
    case 'rpm':
      return [
        makeBerkeley(headers),
        makeNdb(headers),
        Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(200, 1)]),
      ]
    case 'java':
      return [makeZip([pom, manifest]), makeZip([{ name: 'lib/b-1.jar', content: makeZip([pom]), stored: true }])]
    case 'go-binary':
    case 'rust-binary':
    case 'binaries':
      return (['elf', 'pe', 'mach-o'] as const).flatMap((file) => [
        makeGoProgram({ ...program, file }),
        makeGoProgram({ ...program, file, form: 'pointers', bigEndian: true }),
      ])
    default:
      return []
  }
}

export const extractorParsers: readonly FuzzedParser[] = extractors.map((extractor: Extractor) => {
  const wanted = extractor as { wants?: (path: string) => boolean }
  const paths = [
    ...extractor.files,
    ...extractor.directories.map((directory) => `${directory}/x`),
    ...PATHS.filter((path) => wanted.wants?.(path)),
  ]
  const { name } = extractor
  return {
    name: `extractor/${name}`,
    seeds: () => [...made(name), ...seedsFrom(`packages/inventory/src/extractors/${name}`, name)],
    parse(bytes) {
      if (paths.length === 0) throw new Error(`No file is known that ${name} wants: add one to PATHS.`)
      for (const path of paths) {
        const { packages } = readWith(extractor, path, bytes)
        for (const found of packages) {
          if (found.name === '' || found.version === '') throw new Error('A package without a name or version.')
          try {
            extractor.purl(found, null)
          } catch {
            // names that fit into no package URL are expected by the caller
          }
        }
      }
    },
  }
})
