// What is found must not depend on where the image comes from: a registry gives the packages that the OCI layout gives.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenedImage, openImage, parseTarget } from '@yagura/image'
import { gzipLayer, ociBlobs, writeOciLayout } from '@yagura/image/testing'
import { repositoryOf, startRegistry, type TestRegistry } from '@yagura/image/testing/registry'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScanCache } from '../cache/scan-cache.ts'
import { extractImage } from './extract-image.ts'

const clock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }
const limits = defaultLimits

function status(...names: string[]): TarMember {
  const paragraphs = names.map(
    (name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n`,
  )
  return { name: 'var/lib/dpkg/status', content: paragraphs.join('\n') }
}

const lower = tarArchive([{ name: 'usr/lib/os-release', content: 'ID=debian\nVERSION_ID="12"\n' }, status('base')])
const upper = tarArchive([status('base', 'curl')])
const image = ociBlobs([gzipLayer(lower), gzipLayer(upper)])

let work = ''
let registry: TestRegistry
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'yg-reg-'))
  registry = await startRegistry({ 'team/app': repositoryOf(image) })
})
afterAll(async () => {
  await registry.close()
  rmSync(work, { recursive: true })
})

async function open(target: string): Promise<OpenedImage> {
  const hosts = [registry.host]
  const settings = { allowPrivate: hosts, insecure: hosts, dockerConfig: work }
  return unwrap(await openImage(unwrap(parseTarget(target)), { limits, clock, registry: settings }))
}

async function scan(target: string, cache?: ReturnType<typeof openScanCache>) {
  const opened = await open(target)
  const report = await extractImage(opened, { limits, clock, cache })
  await opened.close()
  return { ...report, image: { ...report.image, names: [] } }
}

test('the same report from a registry as from the OCI layout', async () => {
  const fromRegistry = await scan(`registry:${registry.host}/team/app:1`)
  expect(fromRegistry.packages.map(({ name }) => name)).toEqual(['base', 'curl'])
  expect(fromRegistry).toEqual(await scan(`oci:${writeOciLayout(join(work, 'layout'), image)}`))
})

test('a layer that is known by its diffId is not fetched', async () => {
  const target = `registry:${registry.host}/team/app:1`
  const cache = openScanCache(join(work, 'cache'))
  const first = await scan(target, cache)
  const before = registry.seen.length
  expect(await scan(target, cache)).toEqual(first)
  const blobs = registry.seen.slice(before).filter(({ url }) => url.includes('/blobs/'))
  expect(blobs.map(({ url }) => url)).toEqual([`/v2/team/app/blobs/${first.image.digest}`])
})
