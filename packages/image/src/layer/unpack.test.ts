// Layers so large that a thread unpacks them, three of them for two threads.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { tarArchive } from '@yagura/safe-io/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dockerArchive, gzipLayer, ociBlobs, plainLayer, writeOciLayout } from '../testing/images.ts'
import { openText, readNamed } from '../testing/read.ts'
import { LARGE_LAYER_BYTES } from './stored.ts'

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-large-layer-'))
})
afterAll(() => rmSync(work, { recursive: true }))

const noise = randomBytes(LARGE_LAYER_BYTES)
const names = ['a', 'b', 'c']
const tars = names.map((name) =>
  tarArchive([
    { name: 'noise', content: noise },
    { name, content: `of ${name}` },
  ]),
)

test('an OCI layout and a docker archive of the same large layers say the same', async () => {
  const layout = writeOciLayout(join(work, 'layout'), ociBlobs(tars.map(gzipLayer)))
  const archive = join(work, 'image.tar')
  writeFileSync(archive, dockerArchive(tars.map(plainLayer)))
  for (const target of [`oci:${layout}`, `docker-archive:${archive}`]) {
    const opened = unwrap(await openText(target))
    expect(await readNamed(opened, names)).toEqual({ problems: [], contents: { a: 'of a', b: 'of b', c: 'of c' } })
    await opened.close()
  }
})

test('other bytes than the configuration names are refused, and what is cut short is told', async () => {
  const [first, second] = tars.map(gzipLayer)
  if (!first || !second) throw new Error('There are three layers.')
  const lying = writeOciLayout(join(work, 'lying'), ociBlobs([{ ...first, stored: second.stored }]))
  const opened = unwrap(await openText(`oci:${lying}`))
  await expect(readNamed(opened, names)).rejects.toMatchObject({ code: 'INTEGRITY' })

  const cut = { ...first, stored: first.stored.subarray(0, first.stored.length - 5) }
  const short = unwrap(await openText(`oci:${writeOciLayout(join(work, 'short'), ociBlobs([cut]))}`))
  const { problems, contents } = await readNamed(short, names)
  expect(problems).toMatchObject([
    { code: 'FILE_INVALID', path: '', reason: expect.stringContaining('ends too early') },
  ])
  expect(contents).toEqual({ a: 'of a' })
})
