// Cases 15 to 19: databases and documents inside of an image that are broken, endless, or mean more than they say.
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildAdvisoryDatabase } from '@yagura/advisories'
import { makeBerkeley, makeHeader, makeNdb } from '@yagura/inventory/testing/rpm'
import { systemClock, unwrap } from '@yagura/kernel'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { expect } from 'vitest'
import type { HostileCase, Made } from '../case.ts'
import { APK, DPKG, layerOf, layout, STATUS } from '../image.ts'

const MiB = 1024 * 1024
const headers = Array.from({ length: 40 }, (_, at) =>
  makeHeader({ name: `p${at}`, version: '1', release: '1', arch: 'x86_64' }),
)

/** A source tree: path → text. */
function tree(work: string, files: Readonly<Record<string, string | Buffer>>): Made {
  const root = join(work, 'tree')
  for (const [path, content] of Object.entries({
    'go.mod': 'module m\n\ngo 1.21\n\nrequire example.org/good v1.0.0\n',
    ...files,
  })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return { target: `dir:${root}` }
}

function document(number: number, title: string, path: string, content: string): HostileCase {
  return {
    number,
    title,
    make: (work) => tree(work, { [path]: content }),
    packages: ['example.org/good'],
    gaps: ['FILE_INVALID'],
  }
}

function rpm(title: string, path: string, bytes: Buffer): HostileCase {
  return {
    number: 15,
    title,
    make: (work) =>
      layout(work, [layerOf({ name: path, content: bytes.subarray(0, Math.floor(bytes.length * 0.6)) }, APK)]),
    check: ({ report }) => {
      expect(report?.packages.map(({ name }) => name)).toContain('musl')
      expect(report?.coverageGaps.map(({ code, subject }) => `${code} ${subject}`)).toContain(`FILE_INVALID /${path}`)
    },
  }
}

const laughs = `lockfileVersion: '9.0'\na: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'.replace(/./g, (name) => {
  const before = String.fromCharCode(name.charCodeAt(0) - 1)
  return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]\n`
})}`

export const contents: readonly HostileCase[] = [
  rpm('half of an rpm database (Berkeley DB)', 'var/lib/rpm/Packages', makeBerkeley(headers)),
  rpm('half of an rpm database (NDB)', 'usr/lib/sysimage/rpm/Packages.db', makeNdb(headers)),
  rpm(
    'an rpm database that only begins like one (SQLite)',
    'var/lib/rpm/rpmdb.sqlite',
    Buffer.concat([
      Buffer.from('SQLite format 3\0'),
      Buffer.from([0x10, 0, 1, 1, 0, 64, 32, 32]),
      Buffer.alloc(8000, 0x5a),
    ]),
  ),
  {
    number: 15,
    title: 'a line of two megabytes, and a database that is noise',
    make: (work) =>
      layout(work, [
        layerOf(
          { ...DPKG, content: `${STATUS}Description: ${'x'.repeat(2 * MiB)}\n` },
          { ...APK, content: Buffer.alloc(5000, 0x9f) },
        ),
      ]),
    packages: ['bash'],
    gaps: ['FILE_INVALID', 'LIMIT_REACHED'],
  },
  {
    number: 16,
    title: 'package-lock.json of 300 MiB',
    make(work) {
      const made = tree(work, { 'package-lock.json': '{"packages":{}}' })
      truncateSync(join(work, 'tree', 'package-lock.json'), 300 * MiB)
      return made
    },
    packages: ['example.org/good'],
    gaps: ['LIMIT_REACHED'],
  },
  {
    number: 16,
    title: 'JSON two hundred thousand levels deep',
    make: (work) => tree(work, { 'package-lock.json': `{"packages":${'['.repeat(200_000)}${']'.repeat(200_000)}}` }),
    check: ({ report }) => {
      expect(report?.packages.map(({ name }) => name)).toEqual(['example.org/good'])
      expect(report?.coverageGaps.map(({ subject }) => subject)).toContain('/package-lock.json')
    },
  },
  {
    number: 16,
    title: 'keys twice, and keys of prototypes',
    make: (work) =>
      tree(work, {
        'package-lock.json': `{"lockfileVersion":3,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"packages":{"node_modules/a":{"version":"1"},"node_modules/a":{"version":"2"},"node_modules/__proto__":{"version":"3"},"node_modules/constructor":{"version":"4"}}}`,
      }),
    check: ({ report }) => {
      const found = report?.packages.map(({ name, version }) => `${name} ${version}`) ?? []
      expect(found).toContain('example.org/good v1.0.0')
      // the last one of two counts, as for npm
      expect(found.filter((one) => one.startsWith('a '))).toEqual(['a 2'])
      expect(found).toContain('__proto__ 3')
      expect(found).toContain('constructor 4')
    },
  },
  document(17, 'YAML: billion laughs', 'pnpm-lock.yaml', laughs),
  document(17, 'YAML: an anchor inside of itself', 'pnpm-lock.yaml', `lockfileVersion: '9.0'\na: &a [*a]\n`),
  document(17, 'YAML: a hundred documents', 'pnpm-lock.yaml', `---\nlockfileVersion: '9.0'\n`.repeat(100)),
  document(17, 'YAML: a tag of its own', 'pnpm-lock.yaml', `lockfileVersion: '9.0'\na: !!js/function "x"\n`),
  {
    ...document(18, 'XML: entities that multiply, and one that is a file of the host', 'pom.xml', ''),
    make(work) {
      writeFileSync(join(work, 'canary'), 'canary-of-the-host')
      const entities = `<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file://${work}/canary">`
      return tree(work, {
        'pom.xml': `<?xml version="1.0"?><!DOCTYPE project [${entities}]><project><dependencies><dependency><groupId>&b;</groupId><artifactId>&x;</artifactId><version>1</version></dependency></dependencies></project>`,
      })
    },
    check: ({ stdout }) => expect(stdout).not.toContain('canary-of-the-host'),
  },
  {
    number: 19,
    title: 'a version that cannot be compared is a finding, not silence',
    async make(work) {
      const from = join(work, 'feeds')
      const advisory = {
        schema_version: '1.6.0',
        id: 'DSA-1-1',
        modified: '2026-01-01T00:00:00Z',
        upstream: ['CVE-2026-0001'],
        affected: [
          {
            package: { ecosystem: 'Debian:12', name: 'bash' },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '6' }] }],
          },
        ],
      }
      mkdirSync(join(from, 'Debian'), { recursive: true })
      writeFileSync(
        join(from, 'Debian/all.zip'),
        makeZip([{ name: 'DSA-1-1.json', content: Buffer.from(JSON.stringify(advisory)) }]),
      )
      const out = join(work, 'advisories.ydb')
      unwrap(await buildAdvisoryDatabase({ from, out, clock: systemClock }))
      const made = layout(work, [
        layerOf(
          { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
          { ...DPKG, content: STATUS.replace('Version: 5', 'Version: not a version!') },
        ),
      ])
      return { ...made, options: ['--db', out] }
    },
    check: ({ report }) => {
      expect(report?.findings.map(({ id, status }) => `${id} ${status}`)).toEqual(['CVE-2026-0001 undetermined'])
      expect(report?.coverageGaps.map(({ code }) => code)).toContain('VERSION_UNDETERMINED')
    },
  },
]
