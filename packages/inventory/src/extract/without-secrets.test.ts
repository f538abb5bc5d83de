// What is kept, shown and sent of an image has no secret in it, under whatever name it stands and wherever people leave it.
import type { Image } from '@yagura/schema'
import { expect, test } from 'vitest'
import type { ScanCache } from '../cache/scan-cache.ts'
import { sampleOf } from '../secrets/testing.ts'
import { withoutSecrets } from './without-secrets.ts'

const token = sampleOf('ghp_{a36}')
const key = sampleOf('AKIA{A16}')
const password = 'correct-horse-9'
const DIFF_ID = `sha256:${'a'.repeat(64)}`

const image: Image = {
  ...{ digest: DIFF_ID, manifestDigest: null, names: ['app:1'], architecture: 'amd64', createdAt: null },
  layers: [
    {
      ...{ digest: null, diffId: DIFF_ID, createdAt: null, sizeBytes: 1, mediaType: null },
      createdBy: `RUN git clone https://oauth2:${token}@example.org/x && npm ci`,
    },
  ],
  config: {
    user: 'app',
    entrypoint: ['/app', '--password', password],
    command: ['--url', `https://me:${password}@db/`],
    environment: ['PATH=/usr/bin', `DB_PASSWORD=${password}`, `SETTINGS=${token}`, 'NOTHING'],
    workingDirectory: '/',
    exposedPorts: [],
    labels: { maintainer: 'someone', 'build.api-token': password, note: `key ${key}` },
    onBuild: [`ENV X_SECRET=${password}`],
  },
  history: [
    { createdBy: `ARG TOKEN=${password}`, createdAt: null, diffId: null },
    { createdBy: `RUN curl -H "Authorization: Bearer ${token}" https://example.org`, createdAt: null, diffId: DIFF_ID },
    { createdBy: `RUN echo "root:${password}" | chpasswd`, createdAt: null, diffId: null },
    { createdBy: 'COPY . /app', createdAt: null, diffId: null },
  ],
}

test('no secret of variables, labels, arguments, build steps and history is whole; the rest stays as it is', async () => {
  const shown = await withoutSecrets(image, undefined)
  for (const secret of [token, key, password]) expect(JSON.stringify(shown)).not.toContain(secret)
  expect(shown.config.environment[0]).toBe('PATH=/usr/bin')
  expect(shown.config.environment[1]).toBe('DB_PASSWORD=[removed]')
  expect(shown.config.environment[2]).toMatch(/^SETTINGS=ghp_… \(40 characters\)$/)
  expect(shown.config.environment[3]).toBe('NOTHING')
  expect(shown.config.labels.maintainer).toBe('someone')
  expect(shown.config.labels.note).toMatch(/^key AKIA…/)
  expect(shown.history?.[3]).toEqual(image.history?.[3])
  expect(shown.layers[0]?.createdBy).toContain('&& npm ci')
  expect({ ...shown, layers: [], history: [], config: null }).toEqual({
    ...image,
    layers: [],
    history: [],
    config: null,
  })
})

test('what was masked once is known again, and the cache has no secret in it', async () => {
  const kept = new Map<string, unknown>()
  const cache: ScanCache = {
    has: (name) => kept.has(name),
    get: (name) => kept.get(name),
    put: (name, value) => void kept.set(name, value),
  }
  const first = await withoutSecrets(image, cache)
  expect(kept.size).toBe(1)
  for (const secret of [token, key, password]) expect(JSON.stringify([...kept])).not.toContain(secret)
  expect(await withoutSecrets(image, cache)).toEqual(first)
  expect(kept.size).toBe(1)
})

test('what is too much to look at is not shown', async () => {
  const noise = Array.from({ length: 60 }, (_, at) => sampleOf('ghp_{a36}').slice(0, -2) + String(at + 10)).join('\n')
  const shown = await withoutSecrets(
    { ...image, history: [{ createdBy: noise, createdAt: null, diffId: null }] },
    undefined,
  )
  expect(shown.history?.[0]?.createdBy).toBe('[removed]')
})
