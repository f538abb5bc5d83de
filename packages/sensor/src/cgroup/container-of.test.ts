import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { containerOf } from './container-of.ts'

const ID = '4f2c'.repeat(16)
const OTHER = 'b01d'.repeat(16)
const POD = 'pod8f1bd1a2-4b5e-4c7e-9d2a-0123456789ab'
const SLICE_POD = `kubepods-burstable-${POD.replaceAll('-', '_')}.slice`

describe('containers by the path of their control group', () => {
  test.each([
    // Docker: cgroupfs, systemd, rootless
    [`/docker/${ID}`, ID, 'docker'],
    [`/system.slice/docker-${ID}.scope`, ID, 'docker'],
    [`/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`, ID, 'docker'],
    [`/actions_job/${ID}`, ID, 'docker'],
    // containerd: plain, nerdctl, in a sandboxed node
    ['/default/web', 'web', 'containerd'],
    [`/default/${ID}`, ID, 'containerd'],
    [`/k8s.io/${ID}`, ID, 'containerd'],
    ['/yagura-node-1/default/old-alpine', 'old-alpine', 'containerd'],
    [`/system.slice/nerdctl-${ID}.scope`, ID, 'containerd'],
    // Kubernetes: cgroupfs and systemd drivers, containerd and CRI-O and dockershim
    [`/kubepods/burstable/${POD}/${ID}`, ID, 'containerd'],
    [`/kubepods/${POD}/${ID}`, ID, 'containerd'],
    [`/kubepods.slice/kubepods-burstable.slice/${SLICE_POD}/cri-containerd-${ID}.scope`, ID, 'containerd'],
    [`/kubepods.slice/kubepods-burstable.slice/${SLICE_POD}/crio-${ID}.scope`, ID, 'cri-o'],
    [`/kubepods.slice/kubepods-burstable.slice/${SLICE_POD}/docker-${ID}.scope`, ID, 'docker'],
    [`/system.slice/containerd.service/${SLICE_POD}:cri-containerd:${ID}`, ID, 'containerd'],
    [`/kubepods/besteffort/${POD}/crio-${ID}`, ID, 'cri-o'],
    // Podman
    [`/machine.slice/libpod-${ID}.scope`, ID, 'podman'],
    [`/machine.slice/libpod-${ID}.scope/container`, ID, 'podman'],
    [`/libpod_parent/libpod-${ID}`, ID, 'podman'],
    // plain runc under systemd
    ['/user.slice/runc-my-box.scope', 'my-box', 'runc'],
    // groups that a container makes below its own
    [`/docker/${ID}/init.scope`, ID, 'docker'],
    [`/docker/${ID}/system.slice/cron.service`, ID, 'docker'],
    // a node that is a container: the innermost
    [`/docker/${OTHER}/kubelet/kubepods/burstable/${POD}/${ID}`, ID, 'containerd'],
    [`/docker/${OTHER}/default/web`, 'web', 'containerd'],
    // a group namespace that is not the reader's
    [`/../../docker/${ID}`, ID, 'docker'],
  ])('%s', (path, containerId, runtime) => {
    expect(containerOf(path)).toMatchObject({ containerId, runtime })
  })

  test.each([
    '/',
    '',
    '/init.scope',
    '/system.slice/docker.service',
    '/system.slice/containerd.service',
    '/user.slice/user-1000.slice/session-3.scope',
    `/machine.slice/libpod-conmon-${ID}.scope`,
    `/kubepods.slice/${SLICE_POD}/crio-conmon-${ID}.scope`,
    `/kubepods/burstable/${POD}`,
    `/kubepods.slice/kubepods-burstable.slice/${SLICE_POD}`,
    '/default',
    '/default/some.slice',
    '/system.slice/docker-abc.scope',
    `/some/${ID.slice(1)}`,
  ])('not a container: %s', (path) => {
    expect(containerOf(path)).toBeNull()
  })

  test('the container’s own group is told from groups below it', () => {
    expect(containerOf(`/docker/${ID}/a/b`)?.containerPath).toBe(`/docker/${ID}`)
  })

  test('any path gives an answer, and its group is a beginning of the path', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('docker', 'default', ID, `libpod-${ID}`, '.scope', `crio-${ID}.scope`),
    )
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const path = `/${names.join('/')}`
        const found = containerOf(path)
        if (found !== null) expect(path.startsWith(found.containerPath)).toBe(true)
      }),
    )
  })
})
