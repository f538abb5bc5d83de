// The same image out of a registry of another hand: docker's own (Debian: docker-registry), filled by skopeo.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { tarArchive } from '@yagura/safe-io/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openImage } from '../../open.ts'
import { parseTarget } from '../../target.ts'
import { gzipLayer, ociBlobs, plainLayer, writeOciLayout } from '../../testing/images.ts'
import { readNamed } from '../../testing/read.ts'

const missing = ['docker-registry', 'skopeo'].filter((tool) => spawnSync(tool, ['--version']).error)
if (missing.length > 0) {
  const text = `NOT TESTED against a real registry: ${missing.join(' and ')} is not installed (Debian has it).`
  if (process.env.CI === 'true') throw new Error(text)
  console.warn(text)
}

const upper = tarArchive([{ name: 'etc/motd', content: 'upper' }, { name: 'etc/.wh.gone' }])
const image = ociBlobs([
  gzipLayer(
    tarArchive([
      { name: 'etc/motd', content: 'base' },
      { name: 'etc/gone', content: 'x' },
    ]),
  ),
  {
    ...plainLayer(upper),
    stored: zstdCompressSync(upper),
    mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
  },
])

let work = ''
let host = ''
let registry: ChildProcess | undefined

beforeAll(async () => {
  if (missing.length > 0) return
  work = mkdtempSync(join(tmpdir(), 'yg-reg-'))
  host = `127.0.0.1:${await freePort()}`
  const config = join(work, 'registry.yml')
  const storage = `storage: { filesystem: { rootdirectory: ${join(work, 'store')} } }`
  writeFileSync(config, `version: 0.1\nlog: { level: error }\n${storage}\nhttp: { addr: "${host}" }\n`)
  registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' })
  await answers(`http://${host}/v2/`)
}, 30_000)

afterAll(async () => {
  if (registry?.exitCode === null) {
    const ended = once(registry, 'exit')
    registry.kill('SIGTERM')
    await ended
  }
  if (work !== '') rmSync(work, { recursive: true })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`docker-registry does not answer at ${url}`)
}

function open(text: string) {
  const registryOptions = { allowPrivate: [host], insecure: [host], dockerConfig: work }
  return openImage(unwrap(parseTarget(text)), { limits: defaultLimits, registry: registryOptions })
}

test.skipIf(missing.length > 0)('an image that skopeo pushed is the one of the OCI layout', async () => {
  const layout = writeOciLayout(join(work, 'layout'), image)
  const target = `docker://${host}/team/app:1`
  execFileSync('skopeo', ['copy', '--preserve-digests', '--dest-tls-verify=false', `oci:${layout}`, target], {
    stdio: 'pipe',
    timeout: 20_000,
    env: { ...process.env, TMPDIR: work },
  })
  const pulled = unwrap(await open(`registry:${host}/team/app:1`))
  const stored = unwrap(await open(`oci:${layout}`))
  expect(pulled.image).toEqual({ ...stored.image, names: [`${host}/team/app:1`] })
  const files = await readNamed(pulled, [], ['etc'])
  expect(files).toEqual({ problems: [], contents: { 'etc/motd': 'upper' } })
  expect(files).toEqual(await readNamed(stored, [], ['etc']))
  await pulled.close()
})

test.skipIf(missing.length > 0)('what it does not have', async () => {
  const opened = await open(`registry:${host}/team/app:none`)
  expect(!opened.ok && opened.error.message).toBe(`${host}/team/app has no manifest none.`)
})
