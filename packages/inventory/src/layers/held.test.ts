import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { afterAll, expect, test } from 'vitest'
import { layerOf, scanLayers } from '../testing/scan-layers.ts'

const work = mkdtempSync(join(tmpdir(), 'yagura-held-'))
afterAll(() => rmSync(work, { recursive: true }))

const MiB = 1024 * 1024
const properties = 'groupId=org.example\nartifactId=shop\nversion=1.2.3\n'
const jar = makeZip([
  { name: 'model.bin', content: Buffer.alloc(2 * MiB), stored: true },
  { name: 'META-INF/maven/org.example/shop/pom.properties', content: Buffer.from(properties) },
])
const layers = [layerOf({ name: 'srv/shop.jar', content: jar }, { name: 'srv/go.txt', content: 'x' })]

test('a jar may be larger than other files that are held whole, up to a bound of its own', async () => {
  const read = await scanLayers(join(work, 'read'), layers, { limits: { fileBytes: MiB, heldBytes: 4 * MiB } })
  expect(read.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['org.example:shop 1.2.3'])
  expect(read.coverageGaps).toEqual([])

  const refused = await scanLayers(join(work, 'refused'), layers, { limits: { fileBytes: MiB, heldBytes: 2 * MiB } })
  expect(refused.packages).toEqual([])
  expect(refused.coverageGaps).toMatchObject([
    { code: 'LIMIT_REACHED', subject: '/srv/shop.jar', reason: expect.stringContaining(`at most ${2 * MiB} are held`) },
  ])
})
