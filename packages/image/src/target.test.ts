import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatTarget, parseTarget } from './target.ts'

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-target-'))
  mkdirSync(join(work, 'layout', 'blobs'), { recursive: true })
  writeFileSync(join(work, 'layout', 'index.json'), '{}')
  mkdirSync(join(work, 'plain:dir'))
  writeFileSync(join(work, 'image.tar'), '')
  writeFileSync(join(work, 'bom.json'), '\ufeff\n{"bomFormat":"CycloneDX"}')
})
afterAll(() => rmSync(work, { recursive: true }))

test.each([
  ['docker-archive:a.tar', { kind: 'docker-archive', path: 'a.tar' }],
  ['docker-archive:dir:with:colons/a.tar', { kind: 'docker-archive', path: 'dir:with:colons/a.tar' }],
  ['oci:dir', { kind: 'oci', path: 'dir', reference: null }],
  ['oci:dir:1.2', { kind: 'oci', path: 'dir', reference: '1.2' }],
  ['oci:/a:b/dir', { kind: 'oci', path: '/a:b/dir', reference: null }],
  ['rootfs:/', { kind: 'rootfs', path: '/' }],
  ['dir:src', { kind: 'dir', path: 'src' }],
  ['containerd:k8s.io/docker.io/library/alpine:3', { kind: 'containerd', name: 'k8s.io/docker.io/library/alpine:3' }],
  ['sbom:bom.json', { kind: 'sbom', path: 'bom.json' }],
  ['podman:alpine:3', { kind: 'podman', name: 'alpine:3' }],
  ['docker:alpine:3', { kind: 'docker', name: 'alpine:3' }],
  ['container:0123456789ab', { kind: 'container', name: '0123456789ab' }],
  [
    'registry:localhost:5000/a/b:1',
    { kind: 'registry', reference: { registry: 'localhost:5000', repository: 'a/b', tag: '1', digest: null } },
  ],
])('%s', (text, expected) => {
  const target = unwrap(parseTarget(text))
  expect(target).toEqual(expected)
  expect(formatTarget(target)).toBe(text)
})

test('a bare path is guessed from what is there', () => {
  expect(unwrap(parseTarget(join(work, 'image.tar'))).kind).toBe('docker-archive')
  expect(unwrap(parseTarget(join(work, 'bom.json'))).kind).toBe('sbom')
  expect(unwrap(parseTarget(join(work, 'layout'))).kind).toBe('oci')
  expect(unwrap(parseTarget(`${join(work, 'layout')}:tag`))).toMatchObject({ kind: 'oci', reference: 'tag' })
  expect(unwrap(parseTarget(join(work, 'plain:dir'))).kind).toBe('rootfs')
})

test.each([
  ['alpine:3.18', 'docker.io/library/alpine:3.18'],
  ['ghcr.io/x/y', 'ghcr.io/x/y:latest'],
])('a bare name of an image, %s, is looked up in its registry when no such path exists', (text, full) => {
  expect(formatTarget(unwrap(parseTarget(text)))).toBe(`registry:${full}`)
})

test.each([
  ['', 'USAGE'],
  ['oci:', 'USAGE'],
  ['registry:', 'USAGE'],
  ['registry:Not/An/Image', 'USAGE'],
  ['./alpine', 'INPUT_NOT_FOUND'],
  ['/alpine', 'INPUT_NOT_FOUND'],
  ['image.tar', 'INPUT_NOT_FOUND'],
  ['Alpine', 'INPUT_NOT_FOUND'],
  ['a'.repeat(5000), 'INPUT_NOT_FOUND'],
  ['a\0b', 'INPUT_NOT_FOUND'],
])('%j is refused with a hint', (text, code) => {
  const target = parseTarget(text)
  expect(!target.ok && target.error.code).toBe(code)
  expect(!target.ok && target.error.hint).toContain('docker-archive:FILE')
})
