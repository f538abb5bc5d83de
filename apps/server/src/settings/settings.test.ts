import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const base = { YAGURA_DATA_DIR: '/tmp/x' }

test('defaults: loopback, two ports, the embedded database', () => {
  expect(readSettings(base)).toMatchObject({
    host: '127.0.0.1',
    port: 7440,
    agentPort: 7441,
    publicUrl: 'http://127.0.0.1:7440',
    agentUrl: 'https://127.0.0.1:7441',
    databaseUrl: null,
    tls: null,
    eventRetention: { days: 14, bytes: 10 * 1024 ** 3 },
  })
})

test('the public address decides what agents are told, and the certificate covers it', () => {
  const settings = readSettings({ ...base, YAGURA_PUBLIC_URL: 'https://tower.example/path', YAGURA_HOST: '0.0.0.0' })
  expect(settings).toMatchObject({ publicUrl: 'https://tower.example', agentUrl: 'https://tower.example:7441' })
  expect(settings.agentHosts).toContain('tower.example')
  expect(readSettings({ ...base, YAGURA_HOST: '::1' })).toMatchObject({ agentUrl: 'https://[::1]:7441' })
})

test.each([
  { YAGURA_PORT: '0' },
  { YAGURA_PORT: 'http' },
  { YAGURA_PORT: '65536' },
  { YAGURA_EVENT_RETENTION_DAYS: '-1' },
  { YAGURA_TLS_CERT: '/cert.pem' },
  { YAGURA_PUBLIC_URL: 'tower' },
  { YAGURA_PUBLIC_URL: 'javascript:alert(1)' },
])('%j is refused with the name of the setting', (env) => {
  const [name] = Object.keys(env)
  expect(() => readSettings({ ...base, ...env })).toThrow(expect.objectContaining({ code: 'USAGE' }))
  expect(() => readSettings({ ...base, ...env })).toThrow(name ?? '')
})
