// Registries that lie, stall and lead astray. The numbers of the cases are those of the table of hostile inputs.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, systemClock, unwrap } from '@yagura/kernel'
import type { FetchPolicy } from '@yagura/safe-io/fetch'
import { tarArchive } from '@yagura/safe-io/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { gzipLayer, ociBlobs, plainLayer, sha256 } from '../../testing/images.ts'
import { type NamedFiles, readNamed } from '../../testing/read.ts'
import {
  type Handler,
  manifestMap,
  repositoryOf,
  type StoredManifest,
  startRegistry,
  type TestRegistry,
} from '../../testing/registry.ts'
import type { OpenedImage } from '../opened.ts'
import { openRegistryImage } from './index.ts'
import type { RegistryOptions } from './options.ts'

const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 251))
const tar = tarArchive([
  { name: 'etc/motd', content: 'hello' },
  { name: 'data', content },
])
const layer = plainLayer(tar)
const image = ociBlobs([layer])
const config = JSON.parse(String(image.blobs.get(image.manifest.digest))).config.digest as string

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

async function start(tls?: Parameters<typeof startRegistry>[1]): Promise<TestRegistry> {
  const registry = await startRegistry({ app: repositoryOf(image) }, tls)
  registries.push(registry)
  return registry
}

const fast: Partial<FetchPolicy> = { headTimeoutMs: 1000, paceWindowMs: 150, pauseMs: 1, attempts: 3, maxPauseMs: 2000 }

function open(
  { host }: TestRegistry,
  extra: RegistryOptions = {},
  policy: Partial<FetchPolicy> = {},
  tag = '1',
  layerBytes = defaultLimits.layerBytes,
) {
  const hosts = registries.map((registry) => registry.host)
  const options = {
    limits: { ...defaultLimits, layerBytes },
    clock: systemClock,
    containerdRoot: work,
    podmanRoot: work,
    dockerRoot: work,
    dockerSocket: join(work, 'none'),
    hostRoot: work,
    registry: { allowPrivate: hosts, insecure: hosts, dockerConfig: work, ...extra },
  }
  return openRegistryImage({ registry: host, repository: 'app', tag, digest: null }, options, { ...fast, ...policy })
}

async function read(opened: OpenedImage): Promise<NamedFiles> {
  const files = await readNamed(opened, ['etc/motd', 'data'])
  await opened.close()
  return files
}

async function refusal(opening: ReturnType<typeof open>): Promise<string> {
  const opened = await opening
  return opened.ok ? 'opened' : `${opened.error.code} ${opened.error.message} ${opened.error.hint ?? ''}`.trim()
}

/** Answers requests whose address holds the text. */
function answering(part: string, handler: (...args: Parameters<Handler>) => void): Handler {
  return (request, response) => {
    if (!request.url?.includes(part)) return false
    handler(request, response)
    return true
  }
}

const good = { problems: [], contents: { 'etc/motd': 'hello', data: content.toString() } }

describe('case 13: what has another digest than it is called by is refused, and nothing of it is kept', () => {
  test('a manifest', async () => {
    const registry = await start()
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: {}, layers: [] }))
    registry.answer = answering('/manifests/', (_, response) => {
      response.writeHead(200, { 'docker-content-digest': image.manifest.digest }).end(bytes)
    })
    expect(await refusal(open(registry))).toMatch(/^INTEGRITY The bytes of manifest sha256:/)
  })

  test.each([
    ['of the same size', (blob: Buffer) => Buffer.from(blob).fill(0x20, 10, 20)],
    ['that is longer', (blob: Buffer) => Buffer.concat([blob, blob])],
  ])('a configuration %s', async (_, change) => {
    const registry = await start()
    const bytes = change(image.blobs.get(config) ?? Buffer.alloc(0))
    registry.answer = answering(config, (_, response) => response.end(bytes))
    expect(await refusal(open(registry))).toMatch(/^INTEGRITY /)
  })

  test.each([
    ['of the same size', Buffer.from(tar).fill(0x41, 700, 701)],
    ['that is longer', Buffer.concat([tar, Buffer.alloc(512)])],
  ])('a layer %s', async (_, bytes) => {
    const registry = await start()
    registry.answer = answering(layer.diffId, (_, response) => response.end(bytes))
    await expect(read(unwrap(await open(registry)))).rejects.toMatchObject({ code: 'INTEGRITY' })
  })
})

describe('case 14: an index that is too wide, too deep, or leads to itself', () => {
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  function index(manifests: readonly object[]): StoredManifest {
    return { bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })), mediaType }
  }
  const entryOf = ({ bytes }: StoredManifest) => ({ mediaType, digest: sha256(bytes), size: bytes.length })
  async function serve(manifests: ReadonlyMap<string, StoredManifest>): Promise<TestRegistry> {
    const registry = await startRegistry({ app: { manifests, blobs: image.blobs } })
    registries.push(registry)
    return registry
  }

  test('500 platforms', async () => {
    const wide = index(Array.from({ length: 500 }, () => image.manifest))
    const registry = await serve(manifestMap([{ ...wide, tag: '1' }]))
    expect(await refusal(open(registry))).toBe('LIMIT_EXCEEDED The image has more than 32 platforms.')
    expect(registry.seen).toHaveLength(1)
  })

  test('an index within an index, five times', async () => {
    const chain = [index([image.manifest])]
    for (let depth = 0; depth < 4; depth++) chain.push(index([entryOf(chain.at(-1) as StoredManifest)]))
    const registry = await serve(manifestMap(chain.map((one, at) => (at === 4 ? { ...one, tag: '1' } : one))))
    expect(await refusal(open(registry))).toBe('LIMIT_EXCEEDED The index of the image is nested deeper than 3 levels.')
  })

  test('an index served under the name of its own entry', async () => {
    const loop = index([{ ...image.manifest, mediaType }])
    const registry = await serve(
      new Map([
        ['1', loop],
        [image.manifest.digest, loop],
      ]),
    )
    expect(await refusal(open(registry))).toMatch(/^INTEGRITY /)
  })
})

describe('case 20: a registry that leads to an address inside of this network', () => {
  test.each([
    ['http://169.254.169.254/latest/meta-data', /^FORBIDDEN 169\.254\.169\.254 would be asked without encryption/],
    ['https://169.254.169.254/latest/meta-data', /^FORBIDDEN 169\.254\.169\.254 is at 169\.254\.169\.254/],
    ['https://[fd00:ec2::254]/', /^FORBIDDEN \[fd00:ec2::254\] is at/],
    ['https://[::1]/', /^FORBIDDEN \[::1\] is at ::1/],
    ['https://[::ffff:127.0.0.1]/', /^FORBIDDEN/],
    ['https://2130706433/', /^FORBIDDEN 127\.0\.0\.1 is at/],
    ['https://localhost/', /^FORBIDDEN localhost is at .* --registry-allow-private/],
    ['file:///etc/passwd', /^FORBIDDEN file:/],
  ])('by a redirect to %s', async (location, expected) => {
    const registry = await start()
    registry.answer = (_, response) => {
      response.writeHead(302, { location }).end()
      return true
    }
    expect(await refusal(open(registry))).toMatch(expected)
    expect(registry.seen).toHaveLength(1)
  })

  test('by its own name, unless it is allowed', async () => {
    const registry = await start()
    expect(await refusal(open(registry, { allowPrivate: [] }))).toMatch(
      /^FORBIDDEN 127\.0\.0\.1:\d+ is at 127\.0\.0\.1/,
    )
    expect(await refusal(open(registry, { insecure: [] }))).toMatch(/name it with --registry-insecure\.$/)
    expect(registry.seen).toEqual([])
  })

  test('by a name that means another address the second time (DNS rebinding)', async () => {
    const registry = await start()
    const [, port] = registry.host.split(':')
    const answers = ['127.0.0.1', '127.0.0.1', '169.254.169.254']
    const asked: string[] = []
    const lookup: FetchPolicy['lookup'] = (name, _, callback) => {
      asked.push(name)
      callback(null, [{ address: answers.shift() ?? '10.0.0.1', family: 4 }])
    }
    const host = `registry.test:${port}`
    const lists = { allowPrivate: [host], insecure: [host] }
    registry.answer = (_, response) => {
      // every request needs a new connection, so that the name is looked up again
      response.setHeader('connection', 'close')
      return false
    }
    const opened = unwrap(await open({ ...registry, host }, lists, { lookup }))
    const files = await read(opened)
    expect(asked).toHaveLength(3)
    expect(files.problems).toMatchObject([
      { code: 'LAYER_MISSING', reason: expect.stringContaining('is at 169.254.169.254') },
    ])
    expect(await refusal(open({ ...registry, host }, { ...lists, allowPrivate: [] }, { lookup }))).toMatch(
      /^FORBIDDEN registry\.test:\d+ is at 10\.0\.0\.1/,
    )
  })

  test('redirects are followed five times and no further', async () => {
    const registry = await start()
    registry.answer = (request, response) => {
      const hop = Number(/hop=(\d)/.exec(request.url ?? '')?.[1] ?? 0)
      response.writeHead(307, { location: `?hop=${hop + 1}` }).end()
      return true
    }
    expect(await refusal(open(registry))).toMatch(/redirects more than 5 times/)
  })
})

describe('case 21: a registry that is busy, slow, or breaks off', () => {
  test.each([429, 500, 503])('status %d is asked again, at the time it names', async (status) => {
    const registry = await start()
    let refused = 0
    registry.answer = (_, response) => {
      if (refused++ % 2 === 1) return false
      response.writeHead(status, { 'retry-after': '0' }).end()
      return true
    }
    expect(await read(unwrap(await open(registry)))).toEqual(good)
  })

  test('one that stays busy, or wants an hour, is not waited for', async () => {
    const registry = await start()
    registry.answer = (_, response) => {
      response.writeHead(429, { 'retry-after': '3600' }).end()
      return true
    }
    expect(await refusal(open(registry))).toMatch(/^RATE_LIMITED .* It asks to wait for 3600 seconds\.$/)
    expect(registry.seen).toHaveLength(1)
    registry.answer = (_, response) => response.writeHead(502).end() !== undefined
    expect(await refusal(open(registry))).toMatch(/^UNAVAILABLE .* fails with status 502/)
    expect(registry.seen).toHaveLength(4)
  })

  test('a blob that breaks off is taken up by Range where it stood', async () => {
    const registry = await start()
    let broken = 0
    registry.answer = answering(layer.diffId, (request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0)
      const range = { 'content-range': `bytes ${from}-${tar.length - 1}/${tar.length}` }
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': tar.length - from, ...(from > 0 && range) })
      if (broken++ === 2) return void response.end(tar.subarray(from))
      response.write(tar.subarray(from, from + 100_000), () => setTimeout(() => response.destroy(), 10))
    })
    expect(await read(unwrap(await open(registry)))).toEqual(good)
    expect(registry.seen.map(({ headers }) => headers.range).slice(2)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=\d+-$/),
      expect.stringMatching(/^bytes=\d+-$/),
    ])
  })

  test('a registry that knows no ranges sends all again, and another part than was asked for is not taken', async () => {
    const registry = await start()
    let asked = 0
    registry.answer = answering(layer.diffId, (_, response) => {
      asked++
      if (asked === 1) response.write(tar.subarray(0, 200_000), () => setTimeout(() => response.destroy(), 10))
      else if (asked === 2) response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('wrong')
      else response.end(tar)
    })
    expect(await read(unwrap(await open(registry)))).toEqual(good)
    expect(asked).toBe(3)
  })

  test('a blob without length that never ends is cut at the size of the manifest', async () => {
    const registry = await start()
    registry.answer = answering(layer.diffId, (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(tar));
      }
      response.on('drain', more)
      more()
    })
    await expect(read(unwrap(await open(registry)))).rejects.toMatchObject({ code: 'INTEGRITY' })
  })

  test('a manifest without length that never ends', async () => {
    const registry = await start()
    registry.answer = answering('/manifests/', (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
      }
      response.on('drain', more)
      more()
    })
    expect(await refusal(open(registry))).toMatch(/^LIMIT_EXCEEDED .* larger than 4194304 bytes/)
  })

  test('one byte at a time is given up: the layer is a gap, what was read before stays', async () => {
    const registry = await start()
    const timers: NodeJS.Timeout[] = []
    registry.answer = answering(layer.diffId, (_, response) => {
      response.write(tar.subarray(0, 2048))
      timers.push(setInterval(() => response.write('x'), 20))
    })
    const files = await readNamed(unwrap(await open(registry, {}, { attempts: 1 })), ['etc/motd'])
    for (const timer of timers) clearInterval(timer)
    expect(files.contents).toEqual({ 'etc/motd': 'hello' })
    expect(files.problems).toMatchObject([
      { code: 'LAYER_MISSING', reason: expect.stringContaining('sends less than 4096 bytes a second') },
    ])
  })

  test('one that takes the connection and says nothing', async () => {
    const registry = await start()
    registry.answer = () => true
    const opening = open(registry, {}, { headTimeoutMs: 100, attempts: 2 })
    expect(await refusal(opening)).toMatch(/^UNAVAILABLE .* does not answer/)
    expect(registry.seen).toHaveLength(2)
  })
})

describe('case 22: credentials go only to the registry and to token servers that are known to be its own', () => {
  const secret = Buffer.from('reader:precious').toString('base64')
  function signIn(registry: TestRegistry): void {
    writeFileSync(join(work, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth: secret } } }))
  }

  test('a token realm at another host is refused and not even asked, until it is allowed', async () => {
    const registry = await start()
    const thief = await start()
    signIn(registry)
    registry.guard = { accepted: 'Bearer good', challenge: `Bearer realm="http://${thief.host}/token"` }
    thief.answer = (_, response) => response.end('{"access_token":"good"}') !== undefined
    expect(await refusal(open(registry))).toBe(
      `FORBIDDEN ${registry.host} wants its token fetched from ${thief.host}; nothing was sent there. If that host gives the tokens of this registry, name it with --registry-auth-host.`,
    )
    expect(thief.seen).toEqual([])
    expect(await read(unwrap(await open(registry, { authHosts: [thief.host] })))).toEqual(good)
    expect(thief.seen[0]?.headers.authorization).toBe(`Basic ${secret}`)
  })

  test.each(['Basic', 'Bearer'])('a redirect to another host carries no %s credentials', async (scheme) => {
    const registry = await start()
    const storage = await start()
    signIn(registry)
    const accepted = scheme === 'Basic' ? `Basic ${secret}` : 'Bearer good'
    registry.guard = { accepted, challenge: `${scheme} realm="http://${registry.host}/token"` }
    registry.answer = ({ url = '', headers }, response) => {
      if (url.startsWith('/token')) return response.end('{"token":"good"}') !== undefined
      if (headers.authorization !== accepted || !url.includes('/blobs/')) return false
      const location = `http://reader:precious@${storage.host}${url}`
      return response.writeHead(307, { location }).end() !== undefined
    }
    expect(await read(unwrap(await open(registry)))).toEqual(good)
    expect(storage.seen).toHaveLength(2)
    expect(storage.seen.flatMap(({ headers }) => headers.authorization ?? [])).toEqual([])
  })

  test('no error holds a secret', async () => {
    const registry = await start()
    signIn(registry)
    registry.guard = { accepted: 'none', challenge: 'Basic realm="all"' }
    const text = await refusal(open(registry))
    expect(text).toMatch(/^UNAUTHENTICATED .* are not enough\.$/)
    expect(text).not.toMatch(new RegExp(`precious|${secret}`))
  })

  test('a token that would break out of its header is none', async () => {
    const registry = await start()
    registry.guard = { accepted: 'x', challenge: `Bearer realm="http://${registry.host}/token"` }
    registry.answer = answering('/token', (_, response) => response.end('{"token":"a\\r\\nx-evil: 1"}'))
    expect(await refusal(open(registry))).toMatch(/answers without a token/)
  })
})

describe('case 23: a certificate that is not trusted ends the scan and names the option for a CA of one’s own', () => {
  function certificate(days: number, name = 'IP:127.0.0.1') {
    const key = join(work, 'key.pem')
    const request = join(work, 'request.pem')
    const cert = join(work, 'cert.pem')
    const ask = ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key]
    const names = ['-subj', '/CN=test', '-addext', `subjectAltName=${name}`]
    const sign = ['x509', '-req', '-signkey', key, '-copy_extensions', 'copy', '-days', `${days}`]
    execFileSync('openssl', [...ask, '-out', request, ...names], { stdio: 'ignore' })
    execFileSync('openssl', [...sign, '-in', request, '-out', cert], { stdio: 'ignore' })
    return { key: readFileSync(key), cert: readFileSync(cert), path: cert }
  }
  const encrypted: RegistryOptions = { insecure: [] }

  test('self-signed, then with its CA', async () => {
    const tls = certificate(1)
    const registry = await start(tls)
    const text = await refusal(open(registry, encrypted))
    expect(text).toMatch(/^UNAVAILABLE The certificate of .* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
    expect(text).toContain('--registry-ca')
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    expect(await refusal(open(registry, encrypted))).toBe(text)
    vi.unstubAllEnvs()
    expect(registry.seen).toEqual([])
    expect(await read(unwrap(await open(registry, { ...encrypted, caFile: tls.path })))).toEqual(good)
  })

  test('for another name, though its CA is known', async () => {
    const tls = certificate(1, 'DNS:other.test')
    const registry = await start(tls)
    expect(await refusal(open(registry, { ...encrypted, caFile: tls.path }))).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/)
    expect(registry.seen).toEqual([])
  })

  test('expired, though its CA is known', async () => {
    const tls = certificate(-1)
    const registry = await start(tls)
    expect(await refusal(open(registry, { ...encrypted, caFile: tls.path }))).toMatch(/CERT_HAS_EXPIRED/)
    expect(registry.seen).toEqual([])
  })

  test('a CA file that is none, or is not there', async () => {
    const registry = await start()
    const caFile = join(work, 'ca.pem')
    expect(await refusal(open(registry, { caFile }))).toMatch(/^INPUT_NOT_FOUND/)
    writeFileSync(caFile, 'not a certificate')
    expect(await refusal(open(registry, { caFile }))).toMatch(/\(--registry-ca\) holds no certificate/)
  })
})

test('a layer that says to be larger than any layer may be is a gap, and is not fetched', async () => {
  const registry = await start()
  const opened = unwrap(await open(registry, {}, {}, '1', 1000))
  const before = registry.seen.length
  const files = await readNamed(opened, ['etc/motd'])
  expect(files.problems).toMatchObject([
    { code: 'LAYER_MISSING', reason: expect.stringContaining('larger than 1000 B') },
  ])
  expect(registry.seen).toHaveLength(before)
})

test('a layer that unpacks to too much, and does not come a second time to be verified, does not end the scan', async () => {
  const packed = gzipLayer(tar)
  const registry = await startRegistry({ app: repositoryOf(ociBlobs([packed])) })
  registries.push(registry)
  let asked = 0
  registry.answer = answering(sha256(packed.stored), (_, response) => {
    if (asked++ === 0) response.end(packed.stored)
    else response.writeHead(404).end()
  })
  const files = await readNamed(unwrap(await open(registry, {}, {}, '1', 100_000)), ['etc/motd'])
  expect(asked).toBe(2)
  expect(files.problems).toMatchObject([{ code: 'LIMIT_REACHED', layer: 0 }])
})
