// A real containerd with real containers.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createLogger } from '@yagura/kernel'
import { containerFacts, imageFacts } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  alpineRootfs,
  startContainerd,
  type TestContainerd,
  whyNoContainers,
  writeOciArchive,
} from '../../testing/containerd.ts'
import { TEST_HOST_KEY, testContext } from '../../testing/context.ts'
import { sayWhatIsMissing } from '../../testing/skip.ts'
import type { ObservedContainer, RuntimeListing } from '../runtime.ts'
import { createContainerdReader } from './index.ts'

const isLeftOut = sayWhatIsMissing('containerd', whyNoContainers())
const IMAGE = 'docker.io/library/alpine:3.18'
const root = mkdtempSync('/tmp/yg-agent-containerd-')
const reader = createContainerdReader(createLogger('test', { level: 'silent' }))
let containerd: TestContainerd | undefined
let configDigest = ''

beforeAll(async () => {
  if (isLeftOut) return
  containerd = await startContainerd(root)
  configDigest = writeOciArchive(alpineRootfs(), join(root, 'a.tar'), IMAGE, join(root, 'oci'))
  containerd.ctr('images', 'import', '--snapshotter', 'native', join(root, 'a.tar'))
  const pod = ['namespace=shop', 'name=web-0', 'uid=1-2-3'].flatMap((one) => ['--label', `io.kubernetes.pod.${one}`])
  const limits = ['--read-only', '--mount', 'type=bind,src=/tmp,dst=/data,options=rbind:ro']
  containerd.run('c-pod', IMAGE, [...pod, '--label', 'io.kubernetes.container.name=web', ...limits], ['sleep', '1000'])
  containerd.run('c-host', IMAGE, ['--privileged', '--net-host'], ['sleep', '1000'])
  containerd.run('c-pause', IMAGE, [...pod, '--label', 'io.cri-containerd.kind=sandbox'], ['sleep', '1000'])
  containerd.run('c-ended', IMAGE, [], ['/bin/true'])
}, 60_000)

afterAll(async () => {
  reader.close()
  await containerd?.stop()
  rmSync(root, { recursive: true, force: true })
})

function byId(listing: RuntimeListing, id: string): ObservedContainer | undefined {
  return listing.containers.find((container) => container.facts.containerId === id)
}

describe.skipIf(isLeftOut)('containerd over its socket', () => {
  it('describes containers, their image, their pod and their process', async () => {
    const listing = await reader.read(testContext(root))
    expect(listing.gaps).toEqual([])
    expect(listing.version).toMatch(/^\d+\./)
    for (const container of listing.containers) expect(() => containerFacts.parse(container.facts)).not.toThrow()
    expect(byId(listing, 'c-pod')).toMatchObject({
      state: 'running',
      facts: {
        name: 'web',
        namespace: 'default',
        imageName: IMAGE,
        imageDigest: configDigest,
        commandLine: ['sleep', '1000'],
        user: '1000:1000',
        readOnlyRoot: true,
        privileged: false,
        seccomp: 'unconfined',
        pod: { namespace: 'shop', name: 'web-0', uid: '1-2-3', container: 'web' },
        pid: expect.any(Number),
        cgroupId: expect.stringMatching(/^\d+$/),
        cgroupPath: '/default/c-pod',
        startedAt: expect.stringMatching(/^20/),
      },
    })
    expect(byId(listing, 'c-pod')?.facts.hostNamespaces).not.toContain('network')
    expect(byId(listing, 'c-pod')?.facts.mounts).toContainEqual({
      source: '/tmp',
      destination: '/data',
      type: 'bind',
      readOnly: true,
    })
  })

  it('tells a privileged container in the network of the host', async () => {
    const facts = byId(await reader.read(testContext(root)), 'c-host')?.facts
    expect(facts).toMatchObject({ privileged: true, capabilities: expect.arrayContaining(['CAP_SYS_ADMIN']) })
    expect(facts?.hostNamespaces).toContain('network')
    expect(facts?.hostNamespaces).not.toContain('mount')
  })

  it('leaves pause containers out and shows ended ones as stopped', async () => {
    const listing = await reader.read(testContext(root))
    expect(byId(listing, 'c-pause')).toBeUndefined()
    expect(byId(listing, 'c-ended')).toMatchObject({ state: 'stopped', facts: { pid: null } })
  })

  it('names images by the digest of their configuration', async () => {
    const { images } = await reader.read(testContext(root))
    expect(images.map(({ facts }) => imageFacts.parse(facts))).toMatchObject([
      {
        digest: configDigest,
        names: [IMAGE],
        os: 'linux',
        architecture: 'amd64',
        createdAt: '2024-01-02T03:04:05.000Z',
      },
    ])
  })

  it('never sends environment variables', async () => {
    const listing = await reader.read(testContext(root))
    expect(JSON.stringify(listing).includes('hunter2')).toBe(false)
  })

  it('finds one container by its id', async () => {
    const found = await reader.find?.(testContext(root), 'c-pod')
    expect(found).toEqual(byId(await reader.read(testContext(root)), 'c-pod'))
    expect(await reader.find?.(testContext(root), 'no-such-container')).toBeUndefined()
  })

  // the last one: containerd is gone afterwards
  it('reads the state directory when the socket does not answer, and says so', async () => {
    await containerd?.kill()
    const listing = await reader.read(testContext(root))
    expect(listing.gaps).toMatchObject([{ code: 'RUNTIME_UNREADABLE', scope: TEST_HOST_KEY, resolved: false }])
    expect(byId(listing, 'c-pod')).toMatchObject({
      state: 'running',
      facts: { user: '1000:1000', cgroupPath: '/default/c-pod', imageName: null, imageDigest: null },
    })
    for (const container of listing.containers) expect(() => containerFacts.parse(container.facts)).not.toThrow()
  })
})
