// Content sets/CPE: from buildinfo/content_manifests or labels; strip `__8` suffix but keep `__9_DOT_2` (EUS).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits } from '@yagura/kernel'
import { expect, test } from 'vitest'
import { layerOf, scanLayers } from '../testing/scan-layers.ts'
import { branchOf, isBuildInfo, productsIn } from './content-sets.ts'

const products = (path: string, document: unknown) =>
  productsIn(path, Buffer.from(JSON.stringify(document)), defaultLimits)

test.each([
  ['rhel-8-for-x86_64-baseos-rpms', ['enterprise_linux:8::baseos']],
  ['rhel-8-for-x86_64-appstream-rpms__8', ['enterprise_linux:8::appstream']],
  ['ubi-9-codeready-builder-rpms', ['enterprise_linux:9::crb']],
  ['rhel-9-for-aarch64-baseos-eus-rpms__9_DOT_2', ['rhel_eus:9.2::baseos']],
  ['rhel-8-for-ppc64le-appstream-e4s-rpms__8_DOT_6', ['rhel_e4s:8.6::appstream']],
  ['rhocp-4.14-for-rhel-9-x86_64-rpms', ['openshift:4.14::el9']],
  ['something-of-somebody', []],
])('%s', (contentSet, expected) => {
  expect(products('root/buildinfo/content_manifests/a.json', { content_sets: [contentSet] })).toEqual(expected)
})

test('labels, and what is none of all that', () => {
  const path = 'usr/share/buildinfo/labels.json'
  expect(products(path, { cpe: 'cpe:/a:redhat:enterprise_linux:9::appstream' })).toEqual([
    'enterprise_linux:9::appstream',
  ])
  expect(products(path, { cpe: 'cpe:/a:other:thing:1' })).toEqual([])
  expect(productsIn(path, Buffer.from('{'), defaultLimits)).toEqual([])
  expect(products('usr/share/buildinfo/content-sets.json', [])).toEqual([])
  expect(isBuildInfo('root/buildinfo/content_manifests/ubi9.json')).toBe(true)
  expect(isBuildInfo('root/buildinfo/Dockerfile-ubi9')).toBe(false)
})

test('many products are as many as fit', () => {
  const many = Array.from({ length: 100 }, (_, at) => `enterprise_linux:${at}::baseos`)
  expect(branchOf(many)?.length).toBeLessThanOrEqual(512)
  expect(branchOf([])).toBeUndefined()
})

test('the image says where its packages come from, of all its layers', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'yagura-content-'))
  const manifest = (name: string, ...sets: string[]) => ({
    name: `root/buildinfo/content_manifests/${name}.json`,
    content: JSON.stringify({ content_sets: sets }),
  })
  try {
    const report = await scanLayers(directory, [
      layerOf(
        { name: 'etc/os-release', content: 'ID="rhel"\nVERSION_ID="9.2"\n' },
        manifest('ubi9', 'rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2'),
      ),
      layerOf(manifest('app', 'rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2')),
    ])
    expect(report.operatingSystem?.branch).toBe('rhel_eus:9.2::appstream rhel_eus:9.2::baseos')
  } finally {
    rmSync(directory, { recursive: true })
  }
})
