// The merged view against what containers/storage (podman, CRI-O) unpacks from the same random layers.
// Needs root and skopeo, so it runs when YAGURA_ORACLES=1 (CI sets it).
import { spawnSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openImage } from '../open.ts'
import { ociBlobs, plainLayer, writeOciLayout } from '../testing/images.ts'
import { contentsOf, readNamed } from '../testing/read.ts'

const enabled = process.env.YAGURA_ORACLES === '1'
if (!enabled) console.warn('NOT RUN: the merged view against containers/storage. Set YAGURA_ORACLES=1 to run it.')

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-overlay-'))
})
afterAll(() => rmSync(work, { recursive: true, force: true }), 120_000)

const NAMES = ['a', 'b', 'c']
const depth1 = NAMES
const depth2 = depth1.flatMap((parent) => NAMES.map((name) => `${parent}/${name}`))
const depth3 = depth2.flatMap((parent) => NAMES.map((name) => `${parent}/${name}`))
const universe = [...depth1, ...depth2, ...depth3]

const path = fc.oneof(fc.constantFrom(...depth1), fc.constantFrom(...depth2), fc.constantFrom(...depth3))
const linkText = fc.oneof(
  path,
  path.map((one) => `/${one}`),
  path.map((one) => `../${one}`),
  fc.constantFrom('.', '..', '/'),
)
const file: fc.Arbitrary<TarMember> = fc.record({ name: path, content: fc.stringMatching(/^[a-z]{1,8}$/) })
const directory = path.map((name): TarMember => ({ name: `${name}/`, type: '5' }))
const symlink = fc.record({ name: path, type: fc.constant('2'), link: linkText })
const hardlink = fc.record({ name: path, type: fc.constant('1'), link: path })
const whiteout = path.map((one): TarMember => ({ name: one.replace(/([^/]+)$/, '.wh.$1') }))
const opaque = path.map((one): TarMember => ({ name: `${one}/.wh..wh..opq` }))

/** One name once in a layer, and whiteouts first: what builders write, and where all runtimes agree. */
const layer = fc
  .tuple(
    fc.uniqueArray(fc.oneof(whiteout, opaque), { maxLength: 2, selector: (one) => one.name }),
    fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: file }, { weight: 2, arbitrary: directory }, symlink, hardlink), {
      maxLength: 7,
      selector: (one) => String(one.name).replace(/\/$/, ''),
    }),
  )
  .map(([first, rest]) => [...first, ...possible(rest)])

test.runIf(enabled)('random layers', { timeout: 300_000 }, async () => {
  let round = 0
  let compared = 0
  await fc.assert(
    fc.asyncProperty(fc.array(layer, { minLength: 2, maxLength: 4 }), async (layers) => {
      if (runtimesDisagree(layers)) return
      round++
      const layout = writeOciLayout(
        join(work, `layout${round}`),
        ociBlobs(layers.map((members) => plainLayer(tarArchive(members)))),
      )
      const root = unpack(layout)
      // a layer that no runtime can unpack, such as a link to nothing, has no right answer
      if (root === undefined) return
      compared++
      const opened = unwrap(await openImage({ kind: 'oci', path: layout, reference: null }, { limits: defaultLimits }))
      const ours = contentsOf(await readNamed(opened, universe))
      const theirs = Object.fromEntries(
        universe.flatMap((one) => fileIn(root, one)?.map((content) => [one, content]) ?? []),
      )
      expect(ours).toEqual(theirs)
    }),
    { numRuns: 150 },
  )
  expect(compared).toBeGreaterThan(30)
})

/**
 * An opaque marker in a directory that is a symbolic link: containerd, which the view follows, empties what the link leads to
 * (fs.RootPath in archive.Apply); containers/storage does nothing (filepath.Walk does not follow its root).
 */
function runtimesDisagree(layers: readonly (readonly TarMember[])[]): boolean {
  const members = layers.flat()
  const links = new Set(members.filter((one) => one.type === '2').map((one) => String(one.name)))
  return members.some((one) => {
    const [directory, marker] = String(one.name).split('/.wh..wh..opq')
    return marker === '' && links.has(directory ?? '')
  })
}

/** Without what no runtime unpacks: entries below a file or link of their own layer, and hard links to nothing in it. */
function possible(members: readonly TarMember[]): TarMember[] {
  const kept: TarMember[] = []
  for (const member of members) {
    const name = String(member.name)
    const blocked = kept.some((one) => one.type !== '5' && name.startsWith(`${one.name}/`))
    const replacing = kept.some((one) => String(one.name).startsWith(`${name}/`))
    if (blocked || (replacing && member.type !== '5')) continue
    const target = kept.find((one) => one.content !== undefined)
    if (member.type !== '1') kept.push(member)
    else if (target) kept.push({ ...member, link: String(target.name) })
  }
  return kept
}

/** The root directory that the vfs driver makes of the layers; undefined when it refuses them. */
function unpack(layout: string): string | undefined {
  const storage = `${layout}-storage`
  const copied = spawnSync('skopeo', [
    '--insecure-policy',
    'copy',
    '-q',
    `oci:${layout}`,
    `containers-storage:[vfs@${storage}+${storage}-run]localhost/a:1`,
  ])
  if (copied.status !== 0) return undefined
  const images = JSON.parse(readFileSync(join(storage, 'vfs-images', 'images.json'), 'utf8')) as { layer: string }[]
  return join(storage, 'vfs', 'dir', images[0]?.layer ?? '')
}

/** Content of a regular file, links followed as if `root` were `/`. */
function fileIn(root: string, name: string): [string] | undefined {
  const done: string[] = []
  const todo = name.split('/').reverse()
  for (let links = 0; todo.length > 0; ) {
    const part = todo.pop()
    if (part === undefined || part === '' || part === '.') continue
    if (part === '..') {
      done.pop()
      continue
    }
    const here = join(root, ...done, part)
    const stats = lstatSync(here, { throwIfNoEntry: false })
    if (!stats) return undefined
    if (!stats.isSymbolicLink()) {
      if (stats.isFile()) return todo.length === 0 ? [readFileSync(here, 'utf8')] : undefined
      done.push(part)
      continue
    }
    links++
    if (links > defaultLimits.symlinkDepth) return undefined
    const target = readlinkSync(here)
    if (target.startsWith('/')) done.length = 0
    todo.push(...target.split('/').reverse())
  }
  return undefined
}
