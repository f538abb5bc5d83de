import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identifyWithState } from './runtime-state.ts'

test('state directories tell containers of any name, for as long as they are there', () => {
  const root = mkdtempSync(join(tmpdir(), 'yg-sensor-'))
  for (const path of ['run/runc/box', 'run/containerd/io.containerd.runtime.v2.task/team/web']) {
    mkdirSync(join(root, path), { recursive: true })
  }
  const identify = identifyWithState(root)
  expect(identify('/user.slice/box')).toMatchObject({
    containerId: 'box',
    runtime: 'runc',
    containerPath: '/user.slice/box',
  })
  expect(identify('/team/web/child')).toMatchObject({
    containerId: 'web',
    runtime: 'containerd',
    containerPath: '/team/web',
  })
  expect(identify('/default/other')).toMatchObject({ containerId: 'other', runtime: 'containerd' })
  for (const path of ['/', '', '/team', '/other/web', '/..', '/../run/runc', '/system.slice/box.service']) {
    expect(identify(path)).toBeNull()
  }
  rmSync(join(root, 'run/runc/box'), { recursive: true })
  expect(identify('/user.slice/box')).toBeNull()
  rmSync(root, { recursive: true })
})
