// Images out of a registry that behaves; see hostile.test.ts for those that do not, and real-registry.test.ts for one of another hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { tarArchive } from '@yagura/safe-io/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openImage } from '../../open.ts'
import { parseTarget } from '../../target.ts'
import { gzipLayer, ociBlobs, plainLayer, sha256, writeOciLayout } from '../../testing/images.ts'
import { contentsOf, readNamed } from '../../testing/read.ts'
import {
  manifestMap,
  repositoryOf,
  startRegistry,
  type TestRegistry,
  type TestRepository,
} from '../../testing/registry.ts'
import type { OpenedImage } from '../opened.ts'
import type { RegistryOptions } from './options.ts'

const base = tarArchive([
  { name: 'etc/motd', content: 'base' },
  { name: 'etc/gone', content: 'x' },
])
const upper = tarArchive([{ name: 'etc/motd', content: 'upper' }, { name: 'etc/.wh.gone' }])
const layers = [gzipLayer(base), { ...plainLayer(upper), stored: zstdCompressSync(upper) }]
const image = ociBlobs(layers)
const other = ociBlobs([gzipLayer(tarArchive([{ name: 'etc/motd', content: 'other' }]))])

let work = ''
let registries: TestRegistry[] = []
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yg-reg-'))
})
afterEach(async () => {
  await Promise.all(registries.map((registry) => registry.close()))
  registries = []
  rmSync(work, { recursive: true })
})

async function start(repositories: Readonly<Record<string, TestRepository>>): Promise<TestRegistry> {
  const registry = await startRegistry(repositories)
  registries.push(registry)
  return registry
}

function open(text: string, extra: RegistryOptions = {}, platform?: string) {
  const hosts = registries.map(({ host }) => host)
  const registry = { allowPrivate: hosts, insecure: hosts, dockerConfig: work, ...extra }
  return openImage(unwrap(parseTarget(text)), { limits: defaultLimits, registry, platform })
}

async function motd(opened: OpenedImage): Promise<string | undefined> {
  const files = await readNamed(opened, ['etc/motd'])
  expect(files.problems).toEqual([])
  await opened.close()
  return contentsOf(files)['etc/motd']
}

async function refusal(opening: ReturnType<typeof open>): Promise<string> {
  const opened = await opening
  return opened.ok ? 'opened' : `${opened.error.code} ${opened.error.message} ${opened.error.hint ?? ''}`.trim()
}

function indexOf(entries: readonly object[], tag = 'many') {
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  return { bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: entries })), mediaType, tag }
}

describe('an image', () => {
  test('is the same as from the OCI layout, by tag and by digest', async () => {
    const { host } = await start({ 'team/app': repositoryOf(image) })
    const layout = unwrap(await open(`oci:${writeOciLayout(join(work, 'layout'), image)}`))
    for (const reference of [':1', `@${image.manifest.digest}`, `:1@${image.manifest.digest}`]) {
      const opened = unwrap(await open(`registry:${host}/team/app${reference}`))
      expect(opened.image).toEqual({ ...layout.image, names: [`${host}/team/app${reference}`] })
      const files = await readNamed(opened, [], ['etc'])
      expect(files).toEqual(await readNamed(layout, [], ['etc']))
      expect(contentsOf(files)).toEqual({ 'etc/motd': 'upper' })
      await opened.close()
    }
  })

  test('has none of its layers fetched until they are read', async () => {
    const { host, seen } = await start({ app: repositoryOf(image) })
    const opened = unwrap(await open(`registry:${host}/app:1`))
    const config = opened.image.digest
    expect(seen.map(({ url }) => url)).toEqual(['/v2/app/manifests/1', `/v2/app/blobs/${config}`])
    expect(await motd(opened)).toBe('upper')
    expect(seen).toHaveLength(4)
  })

  test('that is not there, or has no such tag', async () => {
    const { host } = await start({ app: repositoryOf(image) })
    expect(await refusal(open(`registry:${host}/app:2`))).toBe(`INPUT_NOT_FOUND ${host}/app has no manifest 2.`)
    expect(await refusal(open(`registry:${host}/none`))).toBe(`INPUT_NOT_FOUND ${host}/none has no manifest latest.`)
  })

  test('in the form of before 2016 is refused with a sentence', async () => {
    const bytes = Buffer.from('{"schemaVersion":1,"fsLayers":[],"history":[]}')
    const registry = await start({})
    registry.answer = (_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' })
        .end(bytes)
      return true
    }
    expect(await refusal(open(`registry:${registry.host}/app`))).toMatch(/^INPUT_UNSUPPORTED .*\(schema 1\) only\./)
  })

  test('foreign layers are a gap, and their vendor is not asked', async () => {
    const manifest = JSON.parse(String(image.blobs.get(image.manifest.digest)))
    manifest.layers[1].urls = ['http://127.0.0.1:1/layer']
    const bytes = Buffer.from(JSON.stringify(manifest))
    const blobs = new Map([...image.blobs].filter(([digest]) => digest !== manifest.layers[1].digest))
    const { host } = await start({ app: { manifests: manifestMap([{ ...image.manifest, bytes, tag: '1' }]), blobs } })
    const files = await readNamed(unwrap(await open(`registry:${host}/app:1`)), ['etc/motd'])
    expect(files.contents).toEqual({ 'etc/motd': 'base' })
    expect(files.problems).toMatchObject([
      { code: 'LAYER_MISSING', layer: 1, reason: expect.stringContaining('It is a foreign layer') },
    ])
  })
})

describe('platforms', () => {
  const entries = [
    { ...image.manifest, platform: { os: 'linux', architecture: 'amd64' } },
    { ...other.manifest, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
    { ...other.manifest, digest: sha256('attestation'), platform: { os: 'unknown', architecture: 'unknown' } },
  ]
  const index = indexOf(entries)
  const amd64 = repositoryOf(image)
  const manifests = [...amd64.manifests.values(), ...repositoryOf(other).manifests.values()]
  const repository = {
    manifests: manifestMap([index, ...manifests]),
    blobs: new Map([...image.blobs, ...other.blobs]),
  }

  test('the one asked for is chosen, attestation manifests are left aside', async () => {
    const { host } = await start({ app: repository })
    const name = `registry:${host}/app:many`
    expect(await motd(unwrap(await open(name, {}, 'linux/amd64')))).toBe('upper')
    expect(await refusal(open(name, {}, 'linux/s390x'))).toBe(
      `INPUT_NOT_FOUND ${host}/app:many has no image for linux/s390x. It has linux/amd64, linux/arm/v7.`,
    )
    expect(await refusal(open(name, {}, 'linux/arm/v6'))).toMatch(/^INPUT_NOT_FOUND/)
    expect(await refusal(open(name, {}, 'arm'))).toMatch(/^USAGE arm is not a platform/)
  })

  test('an image whose configuration is for another is refused, though the index promised it', async () => {
    const { host } = await start({ app: repository })
    expect(await refusal(open(`registry:${host}/app:many`, {}, 'linux/arm/v7'))).toBe(
      'INPUT_NOT_FOUND The image is for amd64, not for linux/arm/v7.',
    )
  })

  test('of an OCI layout are chosen in the same way', async () => {
    const renamed = entries.map((entry, at) =>
      at === 0
        ? { ...entry, platform: { os: 'linux', architecture: 'riscv64' } }
        : { ...entry, platform: { os: 'linux', architecture: 'amd64' } },
    )
    const blobs = { blobs: new Map([...image.blobs, ...other.blobs]), manifest: image.manifest }
    const layout = writeOciLayout(join(work, 'layout'), blobs, { schemaVersion: 2, manifests: renamed })
    expect(await motd(unwrap(await open(`oci:${layout}`, {}, 'linux/amd64')))).toBe('other')
    expect(await refusal(open(`oci:${layout}`, {}, 'linux/s390x'))).toMatch(/has no image for linux\/s390x\./)
  })
})

describe('mirrors', () => {
  test('are asked first, and what they lack comes from the registry', async () => {
    const mirror = await start({ 'cache/team/app': { ...repositoryOf(image), blobs: new Map() } })
    const { host, seen } = await start({ 'team/app': repositoryOf(image) })
    const mirrors = [`${host}=${mirror.host}/cache`, 'docker.io=127.0.0.1:1']
    expect(await motd(unwrap(await open(`registry:${host}/team/app:1`, { mirrors })))).toBe('upper')
    expect(mirror.seen[0]?.url).toBe('/v2/cache/team/app/manifests/1')
    expect(seen.filter(({ url }) => url.includes('manifests'))).toEqual([])
  })

  test('that do not answer are passed over', async () => {
    const { host } = await start({ app: repositoryOf(image) })
    const dead = '127.0.0.1:1'
    const hosts = [host, dead]
    const options = { mirrors: [`${host}=${dead}`], allowPrivate: hosts, insecure: hosts }
    expect(await motd(unwrap(await open(`registry:${host}/app:1`, options)))).toBe('upper')
  })
})

describe('credentials', () => {
  const basic = `Basic ${Buffer.from('reader:pass:word').toString('base64')}`
  function config(content: object): void {
    writeFileSync(join(work, 'config.json'), JSON.stringify(content))
  }
  function tokens(registry: TestRegistry, give: (header: string | undefined) => boolean): void {
    registry.guard = {
      accepted: 'Bearer good',
      challenge: `Bearer realm="http://${registry.host}/token?x=1",service="it, self",scope="repository:victim:push"`,
    }
    registry.answer = ({ url, headers }, response) => {
      if (!url?.startsWith('/token')) return false
      if (give(headers.authorization)) response.end('{"token":"good"}')
      else response.writeHead(401).end()
      return true
    }
  }

  test('name and password, from the configuration of docker', async () => {
    const registry = await start({ app: repositoryOf(image) })
    registry.guard = { accepted: basic, challenge: 'Basic realm="all"' }
    expect(await refusal(open(`registry:${registry.host}/app:1`))).toMatch(/^UNAUTHENTICATED .* docker login/)
    config({ auths: { [registry.host]: { auth: Buffer.from('reader:pass:word').toString('base64') } } })
    expect(await motd(unwrap(await open(`registry:${registry.host}/app:1`)))).toBe('upper')
  })

  test('a token for nobody in particular, for reading this repository only', async () => {
    const registry = await start({ app: repositoryOf(image) })
    tokens(registry, (header) => header === undefined)
    expect(await motd(unwrap(await open(`registry:${registry.host}/app:1`)))).toBe('upper')
    const asked = registry.seen.filter(({ url }) => url.startsWith('/token'))
    expect(asked.map(({ url }) => url)).toEqual(['/token?x=1&scope=repository%3Aapp%3Apull&service=it%2C+self'])
  })

  test('a token for a name and password', async () => {
    const registry = await start({ app: repositoryOf(image) })
    tokens(registry, (header) => header === basic)
    expect(await refusal(open(`registry:${registry.host}/app:1`))).toMatch(/^UNAUTHENTICATED .*\(status 401\)\.$/)
    config({ auths: { [registry.host]: { username: 'reader', password: 'pass:word' } } })
    expect(await motd(unwrap(await open(`registry:${registry.host}/app:1`)))).toBe('upper')
  })

  test('an identity token is changed for a token, and never stands in an address', async () => {
    const registry = await start({ app: repositoryOf(image) })
    tokens(registry, () => true)
    config({ auths: { [registry.host]: { identitytoken: 'precious' } } })
    expect(await motd(unwrap(await open(`registry:${registry.host}/app:1`)))).toBe('upper')
    const [asked] = registry.seen.filter(({ method }) => method === 'POST')
    expect(asked?.url).not.toContain('precious')
    expect(asked?.body).toContain('refresh_token=precious')
  })

  test('credential helpers are not run, and that is said', async () => {
    const registry = await start({ app: repositoryOf(image) })
    registry.guard = { accepted: basic, challenge: 'Basic realm="all"' }
    config({ credHelpers: { [registry.host]: 'yagura-test' } })
    expect(await refusal(open(`registry:${registry.host}/app:1`))).toContain('Credential helpers are not run')
  })
})
