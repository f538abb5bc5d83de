// A real podman with its own store under a directory that stands for the node's root. Limits are given by hand: without
// CAP_SYS_RESOURCE podman's defaults cannot be set.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { containerFacts, imageFacts } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alpineRootfs, whyNoContainers } from '../../testing/containerd.ts'
import { testContext } from '../../testing/context.ts'
import { sayWhatIsMissing } from '../../testing/skip.ts'
import { createCriOReader } from '../cri-o/index.ts'
import { createPodmanReader } from './index.ts'

const isLeftOut = sayWhatIsMissing('podman', whyNoContainers('podman'))
const root = mkdtempSync('/tmp/yg-agent-podman-')
const store = join(root, 'var/lib/containers/storage')

function podman(...args: string[]): string {
  const places = [
    '--root',
    store,
    '--runroot',
    join(root, 'run/containers/storage'),
    '--tmpdir',
    join(root, 'run/libpod'),
  ]
  const ways = ['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs']
  return execFileSync('podman', [...places, ...ways, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: 'pipe',
  }).trim()
}

let runningId = ''
let createdId = ''
let imageId = ''

beforeAll(() => {
  if (isLeftOut) return
  imageId = podman('import', '--quiet', alpineRootfs(), 'localhost/alpine:3.18')
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']
  const flags = ['--cap-add', 'NET_ADMIN', '--network', 'host', '--env', 'KEY=never-sent']
  runningId = podman('run', '-d', '--name', 'web', ...limits, ...flags, 'localhost/alpine:3.18', 'sleep', '1000')
  createdId = podman('create', '--name', 'idle', 'localhost/alpine:3.18', 'true')
}, 120_000)

afterAll(() => {
  if (!isLeftOut) podman('rm', '--force', '--all', '--time', '0')
  rmSync(root, { recursive: true, force: true })
})

describe.skipIf(isLeftOut)('podman', () => {
  it('describes running and created containers from what podman keeps on disk', async () => {
    const listing = await createPodmanReader().read(testContext(root))
    expect(listing.gaps).toEqual([])
    const facts = listing.containers.map((container) => containerFacts.parse(container.facts))
    expect(facts.map((one) => one.containerId).sort()).toEqual([createdId, runningId].sort())
    const running = listing.containers.find((container) => container.facts.containerId === runningId)
    expect(running).toMatchObject({
      state: 'running',
      facts: {
        runtime: 'podman',
        name: 'web',
        imageName: 'localhost/alpine:3.18',
        imageDigest: imageId,
        commandLine: ['sleep', '1000'],
        capabilities: expect.arrayContaining(['CAP_NET_ADMIN']),
        seccomp: 'filtered',
        hostNamespaces: expect.arrayContaining(['network']),
        pid: expect.any(Number),
        cgroupPath: expect.stringContaining(runningId),
        cgroupId: expect.stringMatching(/^\d+$/),
      },
    })
    const created = listing.containers.find((container) => container.facts.containerId === createdId)
    expect(created).toMatchObject({ state: 'stopped', facts: { name: 'idle', pid: null } })
    expect(JSON.stringify(listing).includes('never-sent')).toBe(false)
  })

  it('lists images by the digest of their configuration, with the place to read them from', async () => {
    const { images } = await createPodmanReader().read(testContext(root))
    expect(images.map((image) => imageFacts.parse(image.facts))).toMatchObject([
      { digest: imageId, names: ['localhost/alpine:3.18'] },
    ])
    expect(images[0]?.source).toEqual({ target: { kind: 'podman', name: 'localhost/alpine:3.18' }, podmanRoot: store })
  })

  it('leaves podman’s containers to podman', async () => {
    const listing = await createCriOReader().read(testContext(root))
    expect(listing).toMatchObject({ endpoint: null, containers: [], images: [] })
  })
})

describe('a damaged store', () => {
  it('keeps what can be read beside entries that cannot', async () => {
    const broken = mkdtempSync('/tmp/yg-agent-podman-')
    const place = join(broken, 'var/lib/containers/storage/overlay-containers')
    mkdirSync(place, { recursive: true })
    const good = { id: 'a'.repeat(64), image: 'b'.repeat(64), metadata: '{"name":"good"}', created: '' }
    const bad = { id: '../../../etc', metadata: 7 }
    writeFileSync(
      join(place, 'containers.json'),
      JSON.stringify([bad, null, good, { ...good, id: 'c'.repeat(64), metadata: '{' }]),
    )
    const listing = await createPodmanReader().read(testContext(broken))
    expect(listing.containers.map(({ facts }) => containerFacts.parse(facts).name)).toEqual(['good', 'c'.repeat(64)])
    writeFileSync(join(place, 'containers.json'), '[{"id":')
    expect((await createPodmanReader().read(testContext(broken))).containers).toEqual([])
    rmSync(broken, { recursive: true })
  })
})
