import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readCluster } from './cluster.ts'
import { readKubeconfig } from './kubeconfig.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-kubeconfig-'))
afterAll(() => rmSync(directory, { recursive: true }))
function kubeconfig(user: string, cluster = 'server: https://127.0.0.1:1'): string {
  const path = join(directory, 'config')
  writeFileSync(
    path,
    `apiVersion: v1\nkind: Config\ncurrent-context: here\ncontexts: [{name: here, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {${cluster}}}]\nusers: [{name: u, user: {${user}}}]\n`,
  )
  return path
}

test('a kubeconfig is read, and nothing that it names is run', () => {
  const data = Buffer.from('PEM').toString('base64')
  expect(readKubeconfig(kubeconfig(`token: abc, client-certificate-data: ${data}`))).toMatchObject({
    ok: true,
    value: { name: 'c', token: 'abc', certificate: 'PEM', insecure: false },
  })
  const exec = readKubeconfig(kubeconfig('exec: {command: touch, args: [/tmp/x]}'))
  expect(exec.ok ? '' : exec.error.message).toContain('running a program')
  for (const [user, cluster] of [
    ['token: a', 'server: http://plain'],
    ['client-key: nowhere.pem', 'server: https://x'],
  ])
    expect(readKubeconfig(kubeconfig(user ?? '', cluster)).ok).toBe(false)
  expect(readKubeconfig(join(directory, 'none')).ok).toBe(false)
  expect(readKubeconfig(kubeconfig('token: a'), 'other').ok).toBe(false)
})

test('objects come page by page; what may not be listed is said; what a controller made is left out', async () => {
  const key = join(directory, 'key.pem')
  const cert = join(directory, 'cert.pem')
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    ],
    { stdio: 'ignore' },
  )
  const asked: string[] = []
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.headers.authorization !== 'Bearer abc') return answer(401, {})
    if (url === '/version') return answer(200, { gitVersion: 'v1.20.2' })
    if (url.startsWith('/api/v1/pods')) {
      if (url.includes('continue=two'))
        return answer(200, {
          metadata: {},
          items: [{ metadata: { name: 'b', ownerReferences: [{ controller: true }] } }],
        })
      return answer(200, { metadata: { continue: 'two' }, items: [{ metadata: { name: 'a' } }] })
    }
    if (url.startsWith('/api/v1/nodes')) return answer(403, {})
    if (url.startsWith('/apis/batch/v1/cronjobs')) return answer(404, {})
    if (url.startsWith('/apis/batch/v1beta1/cronjobs')) return answer(200, { items: [{ metadata: { name: 'old' } }] })
    return answer(200, { items: [] })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const access = readKubeconfig(
      kubeconfig('token: abc', `server: "https://127.0.0.1:${port}", certificate-authority: cert.pem`),
    )
    if (!access.ok) throw access.error
    const cluster = await readCluster(access.value)
    expect(cluster).toMatchObject({
      version: 'v1.20.2',
      objects: [
        { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } },
        { kind: 'CronJob', apiVersion: 'batch/v1beta1' },
      ],
      problems: ['Node cannot be listed: the API server answered 403.'],
    })
    expect(asked.filter((url) => /secrets|configmaps/.test(url))).toEqual([])
    await expect(readCluster({ ...access.value, ca: undefined })).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  } finally {
    server.close()
  }
})
