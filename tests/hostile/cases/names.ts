// Cases 4 to 7 and 10 to 12: names, links, whiteouts and kinds of files that mean something else than they seem to.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TarMember } from '@yagura/safe-io/testing'
import { expect } from 'vitest'
import type { HostileCase } from '../case.ts'
import { APK, DPKG, layerOf, layout, STATUS } from '../image.ts'

const CANARY = 'canary of the host'
const chain = Array.from(
  { length: 41 },
  (_, step): TarMember => ({ name: `c${step}`, type: '2', link: `c${step + 1}` }),
)
const OTHER = STATUS.replace('bash', 'dash')

export const names: readonly HostileCase[] = [
  {
    number: 4,
    title: 'names that climb, are absolute, hold a NUL, or come from Windows',
    make(work) {
      const up = '../'.repeat(20)
      return layout(work, [
        layerOf(
          { name: `${up}etc/os-release`, content: 'ID=debian\nVERSION_ID="12"\n' },
          { name: 'x', pax: { path: `${up}${work.slice(1)}/escaped` }, content: 'x' },
          { name: 'y', pax: { path: `${work}/escaped` }, content: 'x' },
          { name: '/var/lib/dpkg/status', content: STATUS },
          { name: 'C:\\windows\\system32', content: 'x' },
          { name: '//lib//apk/db/installed', content: APK.content ?? '' },
          { name: 'z', pax: { path: 'a\0b' }, content: 'x' },
        ),
      ])
    },
    packages: ['bash', 'musl'],
    gaps: ['FILE_INVALID'],
    check({ report }, { target }) {
      expect(report?.operatingSystem?.id).toBe('debian')
      expect(existsSync(join(target.slice('oci:'.length), '..', 'escaped'))).toBe(false)
    },
  },
  {
    number: 5,
    title: 'links to files of the host, in a circle, and in a chain of 41',
    make(work) {
      writeFileSync(join(work, 'secret'), `Package: ${CANARY}\nStatus: install ok installed\nVersion: 1\n`)
      return layout(work, [
        layerOf(
          { name: 'etc/os-release', type: '2', link: '/../../../etc/os-release' },
          { name: 'usr/lib/os-release', type: '2', link: 'os-release' },
          { name: 'var/lib/dpkg/status', type: '2', link: `${'../'.repeat(12)}${work.slice(1)}/secret` },
          { name: 'var/lib/dpkg/status.d/chain', type: '2', link: '/c0' },
          { name: 'etc/shadow', type: '2', link: '/etc/shadow' },
          ...chain,
          { name: 'c41', content: OTHER },
          APK,
        ),
      ])
    },
    packages: ['musl'],
    gaps: ['FILE_INVALID'],
    check: ({ stdout, report }) => {
      expect(stdout).not.toContain(CANARY)
      expect(report?.operatingSystem).toBeNull()
    },
  },
  {
    number: 6,
    title: 'hard links to a file of an earlier layer, to one that is gone, and to nothing',
    make: (work) =>
      layout(work, [
        layerOf({ name: 'kept', content: STATUS }, { name: 'lost', content: OTHER }),
        layerOf({ name: '.wh.lost' }),
        layerOf(
          { name: 'var/lib/dpkg/status', type: '1', link: 'kept' },
          { name: 'var/lib/dpkg/status.d/lost', type: '1', link: 'lost' },
          { name: 'var/lib/dpkg/status.d/none', type: '1', link: '../../../../etc/passwd' },
          APK,
        ),
      ]),
    packages: ['bash', 'musl'],
    gaps: ['FILE_INVALID'],
  },
  {
    number: 7,
    title: 'whiteouts: opaque with files behind it, without a name, of a parent',
    make: (work) =>
      layout(work, [
        layerOf(
          { name: 'var/lib/dpkg/status.d/old', content: OTHER },
          { name: 'opt/x/package.json', content: '{"name":"x","version":"1"}' },
          APK,
        ),
        layerOf(
          { name: 'var/lib/dpkg/status.d/new', content: STATUS },
          { name: 'var/lib/dpkg/status.d/.wh..wh..opq' },
          { name: 'lib/apk/db/.wh.' },
          { name: '.wh.opt' },
          { name: '.wh...' },
        ),
      ]),
    packages: ['bash', 'musl'],
    gaps: [],
  },
  {
    number: 10,
    title: 'the same path many times in a layer: the last one is there',
    make: (work) =>
      layout(work, [
        layerOf(
          ...Array.from({ length: 100 }, () => ({ ...DPKG, content: OTHER })),
          { ...DPKG, name: './var//lib/dpkg/status' },
          APK,
        ),
      ]),
    packages: ['bash', 'musl'],
    gaps: [],
  },
  {
    number: 11,
    title: 'devices, pipes and directories in place of databases',
    make: (work) =>
      layout(work, [
        layerOf(
          { name: 'var/lib/dpkg/status', type: '3', device: [1, 5] },
          { name: 'usr/lib/os-release', type: '6' },
          { name: 'usr/lib/sysimage/rpm/rpmdb.sqlite', type: '4', device: [8, 0] },
          { name: 'etc/os-release', type: '5' },
          APK,
        ),
      ]),
    packages: ['musl'],
    gaps: [],
  },
  {
    number: 12,
    title: 'names of files and packages that act on a terminal, run backwards, or are no text',
    make: (work) =>
      layout(work, [
        layerOf({
          ...APK,
          content: Buffer.from(`P:\u202e<img src=x>\u001b[31m\nV:1\n\nP:=cmd|x\nV:\xff\n\nP:musl\nV:1\n\n`, 'latin1'),
        }),
        layerOf({
          name: Buffer.from('node_modules/\u202e\u001b[2J\xff/package.json', 'latin1'),
          content: '{"name":"n","version":"1\\u001b[31m"}',
        }),
      ]),
    check({ stdout, report }) {
      const found = report?.packages.map(({ name }) => name) ?? []
      expect(found).toContain('musl')
      expect(found).toContain('=cmd|x')
      expect(found.length).toBeGreaterThanOrEqual(3)
      // what acts on a terminal is escaped in JSON too
      expect(stdout).not.toContain('\u001b')
    },
  },
]
