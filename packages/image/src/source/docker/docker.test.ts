// Images of the docker engine. The engine itself is not there: its store is written here as it writes it, and its socket is a server
// of ours that answers as its API says.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openImage } from '../../open.ts'
import { boltFile } from '../../testing/bolt.ts'
import { configOf, dockerArchive, gzipLayer, ociBlobs, sha256, writeOciLayout } from '../../testing/images.ts'
import { contentsOf, openText, readNamed } from '../../testing/read.ts'
import { tarSplit } from '../../testing/tar-split.ts'
import { chainIds } from '../containerd/snapshots.ts'
import type { OpenedImage } from '../opened.ts'

const members: readonly (readonly TarMember[])[] = [
  [
    { name: 'etc/', type: '5' },
    { name: 'etc/motd', content: 'lower' },
    { name: 'etc/gone', content: 'x' },
  ],
  [{ name: 'etc/motd', content: 'upper' }, { name: 'etc/.wh.gone' }],
]
const layers = members.map((one) => gzipLayer(tarArchive(one)))
const config = configOf(layers)
const chain = chainIds(layers.map(({ diffId }) => diffId))
const image = ociBlobs(layers)

let work = ''
let server: Server | undefined
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yg-reg-'))
})
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise<unknown>((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
  rmSync(work, { recursive: true })
})

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(work, path)), { recursive: true })
  writeFileSync(join(work, path), content)
}

function writeStore(): void {
  const id = sha256(config)
  const names = { 'alpine:3': id, [`alpine@${sha256('x')}`]: id }
  put('image/overlay2/repositories.json', JSON.stringify({ Repositories: { alpine: names, 'a/b': { 'a/b:1': id } } }))
  put(`image/overlay2/imagedb/content/${id.replace(':', '/')}`, config)
  for (const [at, one] of members.entries()) {
    const folder = `image/overlay2/layerdb/${chain[at]?.replace(':', '/')}`
    put(`${folder}/cache-id`, `cache${at}`)
    put(`${folder}/tar-split.json.gz`, tarSplit(one))
    for (const { name, content } of one) if (content !== undefined) put(`overlay2/cache${at}/diff/${name}`, content)
  }
}

function open(name: string) {
  const roots = { dockerRoot: work, containerdRoot: join(work, 'containerd-root'), dockerSocket: join(work, 's') }
  return openImage({ kind: 'docker', name }, { limits: defaultLimits, ...roots })
}

async function files(opened: OpenedImage) {
  const read = await readNamed(opened, [], ['etc'])
  await opened.close()
  return read
}

async function refusal(name: string): Promise<string> {
  const opened = await open(name)
  return opened.ok ? 'opened' : `${opened.error.code} ${opened.error.message} ${opened.error.hint ?? ''}`.trim()
}

const expected = { problems: [], contents: { 'etc/motd': 'upper' } }

describe('the store on disk', () => {
  test.each(['alpine:3', 'docker.io/library/alpine:3', 'a/b:1', sha256(config), sha256(config).slice(7, 19)])(
    '%s is the same as from the OCI layout',
    async (name) => {
      writeStore()
      const opened = unwrap(await open(name))
      const layout = unwrap(await openText(`oci:${writeOciLayout(join(work, 'layout'), image)}`))
      expect(opened.image.names).toEqual(['alpine:3', 'a/b:1'])
      expect(opened.image.digest).toBe(layout.image.digest)
      expect(opened.image.layers.map(({ diffId }) => diffId)).toEqual(layout.image.layers.map(({ diffId }) => diffId))
      expect(await files(opened)).toEqual(expected)
      expect(await files(layout)).toEqual(expected)
    },
  )

  test('without tar headers the directory is read, and that is told', async () => {
    writeStore()
    rmSync(join(work, `image/overlay2/layerdb/${chain[1]?.replace(':', '/')}/tar-split.json.gz`))
    const read = await files(unwrap(await open('alpine:3')))
    expect(read.problems).toMatchObject([{ code: 'LAYER_MISSING', layer: 1 }])
    expect(contentsOf(read)['etc/motd']).toBe('upper')
  })

  test('a layer that is gone costs itself; a name of a directory that leads away is not taken', async () => {
    writeStore()
    rmSync(join(work, `image/overlay2/layerdb/${chain[0]?.replace(':', '/')}`), { recursive: true })
    put(`image/overlay2/layerdb/${chain[1]?.replace(':', '/')}/cache-id`, '../../../../etc')
    const read = await files(unwrap(await open('alpine:3')))
    expect(read.problems).toMatchObject([{ code: 'LAYER_MISSING' }, { code: 'LAYER_MISSING' }])
    expect(read.contents).toEqual({})
  })

  test('a file that became a link to this machine is not followed', async () => {
    writeStore()
    rmSync(join(work, 'overlay2/cache1/diff/etc/motd'))
    symlinkSync('/etc/passwd', join(work, 'overlay2/cache1/diff/etc/motd'))
    const read = await files(unwrap(await open('alpine:3')))
    expect(read.problems).toMatchObject([{ code: 'FILE_INVALID', layer: 1, path: 'etc/motd' }])
    expect(read.contents).toEqual({})
  })

  test('a configuration that was changed', async () => {
    writeStore()
    put(`image/overlay2/imagedb/content/${sha256(config).replace(':', '/')}`, `${config} `)
    expect(await refusal('alpine:3')).toMatch(/^INTEGRITY/)
  })

  test('an image that is not there', async () => {
    writeStore()
    expect(await refusal('nginx')).toBe(
      `INPUT_NOT_FOUND docker has no image nginx (looked in ${work}). It has alpine:3, a/b:1.`,
    )
  })
})

test('an image that docker keeps in its containerd', async () => {
  const target = { digest: image.manifest.digest, mediatype: image.manifest.mediaType, size: '\u0001' }
  const tree = { v1: { moby: { images: { 'docker.io/library/alpine:3': { target } } } } }
  put('containerd/daemon/io.containerd.metadata.v1.bolt/meta.db', boltFile(tree))
  for (const [digest, bytes] of image.blobs)
    put(`containerd/daemon/io.containerd.content.v1.content/blobs/${digest.replace(':', '/')}`, bytes)
  expect(await files(unwrap(await open('alpine:3')))).toEqual(expected)
})

describe('the socket', () => {
  const asked: string[] = []
  async function serve(answer: (url: string, response: ServerResponse) => void): Promise<void> {
    asked.length = 0
    server = createServer(({ url = '' }, response) => {
      asked.push(url)
      answer(url, response)
    })
    await new Promise<void>((resolve) => server?.listen(join(work, 's'), resolve))
  }

  test('an image is read out of the stream of the engine', async () => {
    await serve((_, response) => response.end(dockerArchive(layers, ['a/b:1'])))
    const opened = unwrap(await open('a/b:1'))
    expect(opened.image.names).toEqual(['a/b:1'])
    expect(await files(opened)).toEqual(expected)
    expect(new Set(asked)).toEqual(new Set(['/images/a/b:1/get']))
  })

  test('a name that would change the question is not asked', async () => {
    await serve((_, response) => response.end())
    for (const name of ['../containers/json?x', 'a/../../b', 'a b', 'a?b', 'a#b'])
      expect(await refusal(name)).toMatch(/^INPUT_INVALID .* is not the name of an image\.$/)
    expect(asked).toEqual([])
  })

  test('what the engine does not have, refuses, or breaks off', async () => {
    await serve((url, response) => {
      if (url.includes('none')) return void response.writeHead(404).end()
      if (url.includes('busy')) return void response.writeHead(500).end()
      response.write(dockerArchive(layers).subarray(0, 700), () => response.destroy())
    })
    expect(await refusal('none')).toMatch(/^INPUT_NOT_FOUND docker has no image none/)
    expect(await refusal('busy')).toMatch(/^UNAVAILABLE .*status 500/)
    expect(await refusal('half')).toMatch(/^UNAVAILABLE The docker engine does not answer/)
  })
})

test('no engine at all', async () => {
  expect(await refusal('alpine')).toMatch(/^INPUT_NOT_FOUND The docker engine is not here/)
})
