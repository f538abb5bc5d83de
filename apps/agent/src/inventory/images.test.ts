// Images described for real: a process of its own reads a directory that stands for a container's root.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, createLogger } from '@yagura/kernel'
import type { BatchItem } from '@yagura/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { openGapBook } from '../gaps/book.ts'
import type { Listing } from '../runtimes/collect.ts'
import type { ImageSource } from '../runtimes/runtime.ts'
import { createImageDescriber } from './images.ts'

const directory = mkdtempSync('/tmp/yg-agent-images-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const digest = `sha256:${'b'.repeat(64)}`
const rootfs = join(directory, 'root')
mkdirSync(join(rootfs, 'lib/apk/db'), { recursive: true })
mkdirSync(join(rootfs, 'etc'))
writeFileSync(join(rootfs, 'etc/os-release'), 'ID=alpine\nVERSION_ID=3.18.9\n')
writeFileSync(join(rootfs, 'lib/apk/db/installed'), 'P:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\no:musl\n\n')

// put together here, so that nothing in the repository looks like a leak
const token = `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5'}`
writeFileSync(join(rootfs, 'etc/app.conf'), `url = x\ntoken: ${token}\n`)

function rig(sources: readonly ImageSource[], names: readonly string[] = ['shop:1']) {
  const clock: Clock & { ms: number } = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  const sent: BatchItem[] = []
  const cacheDirectory = mkdtempSync(`${directory}/cache-`)
  const images = createImageDescriber({
    cacheDirectory,
    clock,
    logger: createLogger('test', { level: 'silent' }),
    gaps: openGapBook(mkdtempSync(`${directory}/gaps-`)),
    send: (items) => sent.push(...items),
  })
  const facts = {
    kind: 'image' as const,
    digest,
    manifestDigest: null,
    names: [...names],
    os: null,
    architecture: null,
  }
  const [source = null, ...others] = sources
  expect(others).toEqual([])
  const listing: Listing = {
    containers: [],
    images: [{ facts: { ...facts, createdAt: null, sizeBytes: null }, source }],
    runtimes: [],
    gaps: [],
    unread: [],
  }
  images.noteListing(listing)
  return { clock, sent, images, cacheDirectory }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('image describer', () => {
  it('describes an image once however often it is asked, and keeps the description', async () => {
    const { sent, images, clock, cacheDirectory } = rig([{ target: { kind: 'rootfs', path: rootfs } }])
    images.want([digest])
    images.want([digest, digest])
    await until(() => sent.length > 0)
    images.want([digest])
    await images.stop()
    expect(sent).toHaveLength(1)
    expect(sent).toMatchObject([
      {
        item: 'image',
        report: {
          image: { digest, names: ['shop:1'] },
          packages: [{ name: 'musl', version: '1.2.4-r2' }],
          coverageGaps: [{ code: 'LAYER_MISSING', scope: `image:${digest}` }],
          secrets: [{ kind: 'github-token', path: '/etc/app.conf', line: 2, match: 'ghp_… (40 characters)' }],
          mistakes: expect.any(Array),
        },
      },
    ])
    expect(JSON.stringify(sent)).not.toContain(token)
    expect(readdirSync(join(cacheDirectory, 'images'))).toHaveLength(1)
    expect(clock.ms).toBe(0)
  })

  it('says why an image cannot be read, and does not try again at once', async () => {
    const { sent, images } = rig([{ target: { kind: 'rootfs', path: join(directory, 'missing') } }])
    images.want([digest])
    await until(() => sent.length > 0)
    images.want([digest])
    await images.stop()
    expect(sent).toMatchObject([
      { item: 'gap', gap: { code: 'IMAGE_UNREADABLE', scope: `image:${digest}`, resolved: false } },
    ])
    const [gap] = sent
    expect(gap?.item === 'gap' && gap.gap.reason).toContain(join(directory, 'missing'))
  })

  it('knows nothing of images that are not on this node', async () => {
    const { sent, images } = rig([])
    images.want([`sha256:${'f'.repeat(64)}`])
    await images.stop()
    expect(sent).toEqual([])
  })
})
