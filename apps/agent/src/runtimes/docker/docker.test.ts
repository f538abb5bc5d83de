// The Docker engine does not run on every test machine: here its answers, recorded from the API's documentation (v1.43) and
// shortened, come from an HTTP server on a unix socket. The reader, the socket and HTTP are real.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { containerFacts, imageFacts } from '@yagura/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testContext } from '../../testing/context.ts'
import { dockerCapabilities } from './capabilities.ts'
import { createDockerReader } from './index.ts'

const ID = 'ae63e8b89a26f01f6b4b2c9a7817c31a1b6196acf560f66586fbc8809ffcd772'
const IMAGE_ID = `sha256:${'1'.repeat(64)}`
const INSPECTED = {
  Id: ID,
  Name: '/shop-web',
  Image: IMAGE_ID,
  Path: 'nginx',
  Args: ['-g', 'daemon off;', '--token', 'abc'],
  State: { Running: true, Paused: false, Pid: 0 },
  Config: { Image: 'nginx:1.25', User: '101', Env: ['KEY=never-sent'], Labels: { team: 'shop' } },
  HostConfig: {
    Privileged: false,
    ReadonlyRootfs: true,
    CapAdd: ['NET_ADMIN'],
    CapDrop: ['MKNOD'],
    SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'],
    NetworkMode: 'host',
    PidMode: '',
    IpcMode: 'private',
  },
  Mounts: [{ Type: 'bind', Source: '/etc', Destination: '/host', RW: false }],
  NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '443/tcp': null, odd: [] } },
}
const ANSWERS: Record<string, unknown> = {
  '/version': { Version: '24.0.7', ApiVersion: '1.43' },
  '/containers/json?all=1': [{ Id: ID }, { Id: 'ended-meanwhile' }],
  [`/containers/${ID}/json`]: INSPECTED,
  '/images/json': [
    {
      Id: IMAGE_ID,
      RepoTags: ['nginx:1.25'],
      RepoDigests: [`nginx@sha256:${'2'.repeat(64)}`],
      Created: 1_700_000_000,
      Size: 7,
    },
    { Id: 'not a digest', RepoTags: null, RepoDigests: null, Created: 0, Size: 0 },
  ],
}

let root = ''
let server: Server
let answers = ANSWERS

beforeEach(async () => {
  answers = ANSWERS
  root = mkdtempSync('/tmp/yg-agent-docker-')
  mkdirSync(join(root, 'run'))
  mkdirSync(join(root, 'var'))
  symlinkSync('/run', join(root, 'var/run'))
  server = createServer((request, response) => {
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200)
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? { message: 'No such container' }))
  })
  await new Promise<void>((resolve) => server.listen(join(root, 'run/docker.sock'), resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(root, { recursive: true, force: true })
})

describe('docker', () => {
  it('describes containers and images, through the usual /var/run link', async () => {
    const listing = await createDockerReader().read(testContext(root))
    expect(listing).toMatchObject({ endpoint: '/var/run/docker.sock', version: '24.0.7', gaps: [] })
    expect(listing.containers).toHaveLength(1)
    const facts = containerFacts.parse(listing.containers[0]?.facts)
    expect(facts).toMatchObject({
      containerId: ID,
      name: 'shop-web',
      imageName: 'nginx:1.25',
      imageDigest: IMAGE_ID,
      commandLine: ['nginx', '-g', 'daemon off;', '--token', '[removed]'],
      user: '101',
      readOnlyRoot: true,
      noNewPrivileges: true,
      seccomp: 'unconfined',
      hostNamespaces: ['network'],
      mounts: [{ source: '/etc', destination: '/host', type: 'bind', readOnly: true }],
      ports: [
        { protocol: 'tcp', containerPort: 80, hostPort: 8080, hostAddress: '0.0.0.0' },
        { protocol: 'tcp', containerPort: 443, hostPort: null, hostAddress: null },
      ],
      labels: { team: 'shop' },
    })
    expect(facts.capabilities).toContain('CAP_NET_ADMIN')
    expect(facts.capabilities).not.toContain('CAP_MKNOD')
    expect(JSON.stringify(listing)).not.toContain('never-sent')
    expect(listing.images.map(({ facts: image }) => imageFacts.parse(image))).toMatchObject([
      { digest: IMAGE_ID, manifestDigest: `sha256:${'2'.repeat(64)}`, names: ['nginx:1.25'] },
    ])
  })

  it.each([
    ['not JSON', '<html>'],
    ['another shape', { containers: [] }],
  ])('turns an answer that is %s into a gap', async (_, answer) => {
    answers = { ...ANSWERS, '/containers/json?all=1': answer }
    const listing = await createDockerReader().read(testContext(root))
    expect(listing.containers).toEqual([])
    expect(listing.gaps).toMatchObject([
      {
        code: 'RUNTIME_UNREADABLE',
        reason:
          "Docker's socket cannot be used: the answer to /containers/json?all=1 is not what the Docker API describes.",
      },
    ])
  })

  it('finds no Docker where there is no socket', async () => {
    const listing = await createDockerReader().read(testContext(join(root, 'var')))
    expect(listing).toMatchObject({ endpoint: null, containers: [], gaps: [] })
  })
})

describe('dockerCapabilities', () => {
  it.each([
    [['ALL'], [], ['A', 'B'], ['A', 'B']],
    [['ALL'], ['A'], ['CAP_A', 'CAP_B'], ['CAP_B']],
    [['NET_RAW'], ['ALL'], [], ['CAP_NET_RAW']],
  ])('add %j, drop %j', (added, dropped, all, expected) => {
    expect(dockerCapabilities(added, dropped, all)).toEqual(expected)
  })
})
