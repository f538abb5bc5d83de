// CRI-O is not in Debian: here its store and bundle, as CRI-O 1.28 writes them, are made by script. The process is real.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { containerFacts } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testContext } from '../../testing/context.ts'
import { createPodmanReader } from '../podman/index.ts'
import { createCriOReader } from './index.ts'

const root = mkdtempSync('/tmp/yg-agent-crio-')
const WORK = 'a'.repeat(64)
const PAUSE = 'b'.repeat(64)
const IMAGE = 'c'.repeat(64)

function write(path: string, content: unknown): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
}

function bundle(id: string, type: 'container' | 'sandbox'): void {
  write(`run/containers/storage/overlay-containers/${id}/userdata/config.json`, {
    ociVersion: '1.0.2-dev',
    process: {
      user: { uid: 65535, gid: 65535 },
      args: ['/server'],
      env: ['KEY=never-sent'],
      capabilities: { effective: ['CAP_CHOWN'] },
      noNewPrivileges: true,
    },
    root: { path: '/x', readonly: true },
    linux: {
      namespaces: [{ type: 'mount' }, { type: 'pid' }, { type: 'network', path: '/var/run/netns/1' }],
      seccomp: {},
    },
    annotations: {
      'io.container.manager': 'cri-o',
      'io.kubernetes.cri-o.ContainerType': type,
      'io.kubernetes.cri-o.Labels': JSON.stringify({
        'io.kubernetes.pod.namespace': 'shop',
        'io.kubernetes.pod.name': 'web-0',
        'io.kubernetes.pod.uid': '1-2-3',
        'io.kubernetes.container.name': type === 'container' ? 'web' : 'POD',
      }),
    },
  })
}

beforeAll(() => {
  write('var/lib/containers/storage/overlay-containers/containers.json', [
    {
      id: WORK,
      names: ['k8s_web_web-0_shop_1-2-3_0'],
      image: IMAGE,
      metadata: JSON.stringify({
        'pod-id': PAUSE,
        'image-name': 'registry/shop/web:1',
        'image-id': IMAGE,
        name: 'k8s_web',
      }),
      created: '2026-01-02T03:04:05Z',
    },
    { id: PAUSE, names: ['k8s_POD'], image: '', metadata: JSON.stringify({ 'pod-id': PAUSE }), created: '' },
  ])
  bundle(WORK, 'container')
  bundle(PAUSE, 'sandbox')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('cri-o', () => {
  it('describes the container, links it to its pod, and leaves the pause container out', async () => {
    const listing = await createCriOReader().read(testContext(root))
    expect(listing.containers.map(({ facts }) => containerFacts.parse(facts))).toMatchObject([
      {
        runtime: 'cri-o',
        containerId: WORK,
        name: 'web',
        imageName: 'registry/shop/web:1',
        imageDigest: `sha256:${IMAGE}`,
        commandLine: ['/server'],
        user: '65535:65535',
        seccomp: 'filtered',
        noNewPrivileges: true,
        readOnlyRoot: true,
        pod: { namespace: 'shop', name: 'web-0', uid: '1-2-3', container: 'web' },
        hostNamespaces: expect.arrayContaining(['ipc', 'uts']),
      },
    ])
    expect(JSON.stringify(listing)).not.toContain('never-sent')
  })

  it('does not take another process that got the old id for the container', async () => {
    write(`run/containers/storage/overlay-containers/${WORK}/userdata/pidfile`, String(process.pid))
    const listing = await createCriOReader().read(testContext(root))
    expect(listing.containers).toMatchObject([{ state: 'stopped', facts: { pid: null } }])
  })

  it('is not listed by podman as well', async () => {
    expect((await createPodmanReader().read(testContext(root))).containers).toEqual([])
  })
})
