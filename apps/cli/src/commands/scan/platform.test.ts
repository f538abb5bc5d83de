import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { extract } from './scan.ts'

const work = mkdtempSync(join(tmpdir(), 'yagura-platform-'))
afterAll(() => rmSync(work, { recursive: true }))

function sbom(name: string, properties: readonly object[]): string {
  const path = join(work, name)
  const component = { type: 'container', name: 'shop', properties }
  writeFileSync(path, JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component } }))
  return `sbom:${path}`
}

it('--platform refuses an SBOM of an image for another one, and a word that is no platform', async () => {
  const arm = sbom('arm.json', [{ name: 'yagura:image:architecture', value: 'arm64' }])
  await expect(extract(arm, { platform: 'linux/amd64' })).rejects.toThrow(
    'The image is for arm64, not for linux/amd64.',
  )
  await expect(extract(arm, { platform: 'arm' })).rejects.toThrow('arm is not a platform')
  expect((await extract(arm, { platform: 'linux/arm64' })).image.architecture).toBe('arm64')
  const unknown = sbom('unknown.json', [])
  expect((await extract(unknown, { platform: 'linux/amd64' })).image.architecture).toBeNull()
})
