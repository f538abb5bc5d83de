import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownCluster } from './service-account.ts'
import { speaksForCluster } from './spokesman.ts'

const pod = (name: string, more: object = {}, owner = 'ds') => ({
  kind: 'Pod',
  metadata: { name, namespace: 'yagura', ownerReferences: [{ uid: owner, controller: true }], ...more },
  status: { phase: 'Running' },
})
const own = (name: string) => ({ namespace: 'yagura', name })

test('of all pods of a DaemonSet exactly one speaks, whoever is asked', () => {
  const all = ['c', 'a', 'b'].map((name) => pod(name))
  expect(['a', 'b', 'c'].map((name) => speaksForCluster([...all, pod('0', {}, 'other')], own(name)))).toEqual([
    true,
    false,
    false,
  ])
})

test('one that goes away or does not run leaves it to the next', () => {
  const all = [pod('a', { deletionTimestamp: '2026-01-01T00:00:00Z' }), pod('b')]
  expect(speaksForCluster(all, own('b'))).toBe(true)
  expect(speaksForCluster([{ ...pod('a'), status: { phase: 'Pending' } }, pod('b')], own('b'))).toBe(true)
})

test('who is not in the list speaks, and so does a pod of nobody', () => {
  expect(speaksForCluster([pod('a')], own('node-1'))).toBe(true)
  expect(speaksForCluster([{ ...pod('b'), metadata: { name: 'b', namespace: 'yagura' } }], own('b'))).toBe(true)
})

test('the service account of a pod is how its cluster is reached', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yg-account-'))
  expect(ownCluster({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, directory)).toBeUndefined()
  for (const [name, text] of [
    ['token', 'abc\n'],
    ['ca.crt', 'CA'],
    ['namespace', 'yagura'],
  ] as const)
    writeFileSync(join(directory, name), text)
  expect(ownCluster({}, directory)).toBeUndefined()
  expect(ownCluster({ KUBERNETES_SERVICE_HOST: 'fd00::1', HOSTNAME: 'yagura-x' }, directory)).toMatchObject({
    access: { server: 'https://[fd00::1]:443', token: 'abc', insecure: false },
    pod: { namespace: 'yagura', name: 'yagura-x' },
  })
  rmSync(directory, { recursive: true })
})
