// Secrets in the configuration and the history of an image: told, and in no output whole.
import { createHash } from 'node:crypto'
import { tarArchive } from '@yagura/safe-io/testing'
import { expect, test } from 'vitest'
import { createWorkspace } from './yagura.ts'

// put together here, so that nothing in the repository looks like a leak
const token = `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5'}`
const password = ['correct', 'horse', '9'].join('-')
const FORMATS = ['table', 'json', 'sarif', 'junit', 'markdown', 'csv', 'cyclonedx', 'spdx'] as const

function image(): Buffer {
  const layer = tarArchive([
    { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.2-r0\n\n' },
    { name: 'app/.env', content: `TOKEN=${token}\n` },
  ])
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: {
      Env: [`DB_PASSWORD=${password}`, `SETTINGS=${token}`],
      Cmd: ['server', '--password', password],
      Labels: { 'build-token': password },
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
    history: [
      { created_by: `RUN git clone https://oauth2:${token}@example.org/app` },
      { created_by: `ENV DB_PASSWORD=${password}`, empty_layer: true },
    ],
  }
  return tarArchive([
    { name: 'l/layer.tar', content: layer },
    { name: 'c.json', content: JSON.stringify(config) },
    { name: 'manifest.json', content: '[{"Config":"c.json","RepoTags":["app:1"],"Layers":["l/layer.tar"]}]' },
  ])
}

test('no output shows one, and each is told', async () => {
  using workspace = createWorkspace()
  const path = workspace.write('image.tar', image())
  for (const format of FORMATS) {
    const { code, stdout, stderr } = await workspace.run(['scan', path, '--format', format])
    expect({ format, code }).toEqual({ format, code: 0 })
    for (const secret of [token, password]) expect(`${stdout}${stderr}`, format).not.toContain(secret)
    if (format === 'json') {
      const kinds = JSON.parse(stdout).secrets.map((one: { kind: string; path: string }) => `${one.kind} ${one.path}`)
      expect(kinds).toContain('github-token /app/.env')
      expect(kinds).toContain('github-token (image configuration)')
    }
  }
}, 60_000)
