// Every record of the engines on recorded configurations: one that passes it and one that fails it. containerd's file is the real format
// of version 2; Docker and CRI-O are shown on files only.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { readRecords } from '../../content/read.ts'
import { type CompiledCheck, loadChecks } from '../../engine/record.ts'
import { openContainerRoot } from '../../reader/container-root.ts'
import { type ContainerSettings, checkContainers, isOfContainer } from '../docker/containers.ts'
import { readDockerState } from '../docker/state.ts'
import { checkHost } from './check.ts'
import { ENGINE_SKETCHES } from './testing/engine-sketches.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-engines-'))
afterAll(() => rmSync(directory, { recursive: true }))
const loaded = ['docker', 'containerd', 'cri-o'].map((target) => {
  const content = fileURLToPath(new URL(`../../../../../content/checks/${target}`, import.meta.url))
  const { records, problems } = readRecords(content)
  const { checks, problems: wrong } = loadChecks(records)
  return { checks, problems: [...problems, ...wrong] }
})
const checks = loaded.flatMap((one) => one.checks)
const observedAt = '2026-01-01T00:00:00Z'
let count = 0

const PLAIN: ContainerSettings = {
  name: 'web',
  user: '1000:1000',
  privileged: false,
  capabilities: [],
  readOnlyRoot: true,
  noNewPrivileges: true,
  seccomp: 'filtered',
  hostNamespaces: [],
  mounts: [],
  ports: [],
  limits: { memoryBytes: 1, pidsLimit: 1, cpus: 1, appArmor: 'docker-default', restartPolicy: 'no' },
}

function write(root: string, path: string, text: string): void {
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}

function put(root: string, source: string, value: unknown): void {
  const [names = '', what = ''] = source.slice(source.indexOf(':') + 1).split('#')
  const file = (names.split(',')[0] ?? '').replaceAll('*', 'x')
  if (source.startsWith('lines:')) write(root, file, `${value}\n`)
  else if (source.startsWith('file:')) {
    if (/\.(sock|toml|json|conf|service)$/.test(file)) write(root, file, '')
    else mkdirSync(join(root, file), { recursive: true })
    chmodSync(join(root, file), Number.parseInt(String(value), 8))
  } else if (value !== null && file.endsWith('.json')) {
    write(root, file, JSON.stringify(what.split('/').reduceRight((inner, key) => ({ [key]: inner }), value)))
  } else if (value !== null) {
    const keys = what.split('/').map((key) => key.replaceAll('*cri*', 'io.containerd.grpc.v1.cri').replaceAll('*', 'x'))
    const text = /^["[{]|^(true|false|\d+)$/.test(String(value)) ? String(value) : JSON.stringify(value)
    const last = keys.pop()
    const table = keys.map((key) => JSON.stringify(key)).join('.')
    write(root, file, `version = 2\n${table === '' ? '' : `[${table}]\n`}${last} = ${text}\n`)
  }
}

function settings(key: string, value: unknown): ContainerSettings {
  const many = value as string[]
  switch (key) {
    case 'sources':
      return { ...PLAIN, mounts: many.map((source) => ({ source, destination: '/x', type: 'bind', readOnly: false })) }
    case 'ports': {
      const [address = '', port = ''] = (many[0] ?? '').split(/:(?=\d+$)/)
      return {
        ...PLAIN,
        ports: [{ protocol: 'tcp', containerPort: 80, hostPort: Number(port), hostAddress: address }],
      }
    }
    default:
      return key in PLAIN
        ? { ...PLAIN, [key]: value }
        : { ...PLAIN, limits: { ...(PLAIN.limits as NonNullable<ContainerSettings['limits']>), [key]: value } }
  }
}

async function judged(check: CompiledCheck, value: unknown) {
  const { rule } = check.check
  const source = 'get' in rule ? (rule.get.at(-1) ?? '') : ''
  if (isOfContainer(check)) {
    const containers = [settings(source.replace('container:', ''), value)]
    return (await checkContainers({ checks: [check], containers, assetKey: null, observedAt }))[0]
  }
  const root = join(directory, String(count++))
  write(root, 'etc/os-release', 'ID=debian\nVERSION_ID="12"\n')
  mkdirSync(join(root, 'proc'))
  if (rule.when?.includes('facts.selinux')) write(root, 'etc/selinux/config', '')
  if (rule.when?.includes('facts.audit')) write(root, 'etc/audit/x', '')
  if (rule.when?.includes('facts.containerdConfig')) write(root, 'etc/containerd/config.toml', '')
  if (rule.when?.includes('facts.crioConfig')) write(root, 'etc/crio/crio.conf', '')
  put(root, source, value)
  if (rule.when?.includes('facts.dockerOnTcp'))
    write(root, 'etc/docker/daemon.json', JSON.stringify({ hosts: ['tcp://10.0.0.1:2376'], tlsverify: value }))
  const where = { root, procRoot: join(root, 'proc'), resource: 'node', assetKey: null, observedAt }
  return (await checkHost({ checks: [check], ...where }))[0]
}

test('the records load, and each that is judged by itself is sketched', () => {
  expect(loaded.flatMap(({ problems }) => problems)).toEqual([])
  const sketched = checks.filter(({ check: { rule } }) => !('look' in rule)).map(({ check }) => check.id)
  expect(Object.keys(ENGINE_SKETCHES).sort()).toEqual(sketched.sort())
})

/** Answered only where signing is required and the version known. */
const ON_DEMAND = ['CT-17']

describe('each record', () => {
  const cases = checks.filter(({ check }) => check.id in ENGINE_SKETCHES && !ON_DEMAND.includes(check.id))
  test.each(cases.map((check) => [check.check.id, check] as const))('%s passes and fails', async (id, check) => {
    const [passes, fails] = ENGINE_SKETCHES[id] ?? []
    expect(await judged(check, passes)).toMatchObject({ verdict: 'pass' })
    expect(await judged(check, fails)).toMatchObject({ verdict: 'fail', remediation: { after: expect.any(String) } })
  })
})

test('a file that is no TOML, and one of a gigabyte, end in an error verdict', async () => {
  const root = join(directory, 'hostile')
  write(root, 'etc/containerd/config.toml', '= = =')
  mkdirSync(join(root, 'proc'))
  const where = { root, procRoot: join(root, 'proc'), resource: 'node', assetKey: null, observedAt }
  const tcp = checks.filter(({ check }) => check.id === 'CT-02')
  expect((await checkHost({ checks: tcp, ...where }))[0]).toMatchObject({ verdict: 'error' })
  const { truncateSync } = await import('node:fs')
  truncateSync(join(root, 'etc/containerd/config.toml'), 1 << 30)
  expect((await checkHost({ checks: tcp, ...where }))[0]).toMatchObject({ verdict: 'error' })
})

test("Docker's own files tell of its containers", () => {
  const base = 'state/var/lib/docker/containers/abc'
  const config = { Name: '/web', State: { Running: true }, Config: { User: '' }, MountPoints: {}, AppArmorProfile: '' }
  const bind = { '/s': { Source: '/run/docker.sock', Destination: '/s', Type: 'bind', RW: true } }
  write(directory, `${base}/config.v2.json`, JSON.stringify({ ...config, MountPoints: bind }))
  const host = {
    Privileged: true,
    PidMode: 'host',
    CapDrop: ['ALL'],
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    RestartPolicy: { Name: 'always' },
  }
  write(directory, `${base}/hostconfig.json`, JSON.stringify(host))
  write(directory, 'state/var/lib/docker/containers/def/config.v2.json', '{')
  const root = openContainerRoot(join(directory, 'state'))
  const { containers, problems } = readDockerState(root)
  root.close()
  expect(problems).toHaveLength(1)
  expect(containers).toMatchObject([
    {
      name: 'web',
      privileged: true,
      hostNamespaces: ['pid'],
      seccomp: 'unconfined',
      ports: [{ hostPort: 8080, hostAddress: null }],
      mounts: [{ source: '/run/docker.sock', type: 'bind' }],
      limits: { restartPolicy: 'always', memoryBytes: 0 },
    },
  ])
})
