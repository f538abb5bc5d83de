// An archive must hold what its digests say: every blob is checked against its name, the layer against its diff id.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mustRun } from './command.ts'
import { writeOciArchive } from './oci-archive.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yagura-testbed-'))
  await mkdir(join(directory, 'root/etc'), { recursive: true })
  await writeFile(join(directory, 'root/etc/os-release'), 'ID=test\n')
})
afterEach(() => rm(directory, { recursive: true }))

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test.each(['tar', 'tar.gz'])('an archive of a root in a %s is consistent', async (kind) => {
  const rootTar = join(directory, `root.${kind}`)
  await mustRun(['tar', '-C', join(directory, 'root'), kind === 'tar' ? '-cf' : '-czf', rootTar, '.'])
  const archive = join(directory, 'image.oci.tar')
  await writeOciArchive({ name: 'testbed.local/test:1', layerTars: [rootTar], command: ['/bin/true'] }, archive)
  expect(existsSync(`${archive}.layout`)).toBe(false)

  const layout = join(directory, 'layout')
  await mkdir(layout)
  await mustRun(['tar', '-C', layout, '-xf', archive])
  const blobs = join(layout, 'blobs/sha256')
  for (const name of await readdir(blobs)) expect(sha256(await readFile(join(blobs, name)))).toBe(name)
  const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'))
  const blob = (digest: string) => join(blobs, digest.slice('sha256:'.length))
  const index = await json(join(layout, 'index.json'))
  expect(index.manifests[0].annotations['io.containerd.image.name']).toBe('testbed.local/test:1')
  const manifest = await json(blob(index.manifests[0].digest))
  const config = await json(blob(manifest.config.digest))
  const layer = await readFile(blob(manifest.layers[0].digest))
  expect(manifest.layers[0].size).toBe(layer.length)
  expect(config.rootfs.diff_ids).toEqual([`sha256:${sha256(kind === 'tar' ? layer : gunzipSync(layer))}`])
  expect(config.config.Cmd).toEqual(['/bin/true'])
})
