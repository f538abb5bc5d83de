// One round of checks, in a process of its own: off the path of events, and away from what strangers' files may do to a reader. The job
// comes on standard input; the runs go to a file, a failure to standard output as one sentence.
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  allProcesses,
  checkContainers,
  checkHost,
  checkMiddleware,
  discoverMiddleware,
  isOfContainer,
  loadChecks,
  readCredentials,
  readRecords,
} from '@yagura/compliance'
import { systemClock, toYaguraError } from '@yagura/kernel'
import type { AssetReport, CheckResult, CheckRun, CheckTarget, ContainerFacts } from '@yagura/schema'
import { writeFileAtomically } from '../files/atomic.ts'
import { readProcessTable } from '../processes/table.ts'
import { checkKubernetes } from './kubernetes.ts'

export interface CheckJob {
  /** Directory with the records: content/checks. */
  readonly content: string
  /** '' for this machine. */
  readonly nodeRoot: string
  readonly hostKey: string
  /** Containers that run, and the keys of their assets. */
  readonly containers: readonly { readonly key: string; readonly facts: ContainerFacts }[]
  /** For the objects of the cluster; null: none, or as the pod that this is. */
  readonly kubeconfig: string | null
  /** For asking servers themselves; null: nobody gave any. */
  readonly credentials: string | null
  /** Ask servers over the network as a stranger would. */
  readonly probe: boolean
  /** File for the outcome. */
  readonly output: string
}

export interface CheckOutcome {
  readonly runs: CheckRun[]
  /** What the runs are of and no listing of containers names: the cluster. */
  readonly assets: AssetReport[]
  readonly problems: string[]
}

const SIGNS: Readonly<Record<string, readonly string[]>> = {
  host: ['/'],
  docker: ['usr/bin/dockerd', 'etc/docker/daemon.json'],
  containerd: ['usr/bin/containerd', 'usr/local/bin/containerd', 'etc/containerd/config.toml'],
  'cri-o': ['usr/bin/crio', 'usr/local/bin/crio', 'etc/crio/crio.conf'],
}

export async function runChecks(job: CheckJob): Promise<CheckOutcome> {
  const runs: CheckRun[] = []
  const docker = job.containers.filter(({ facts }) => facts.runtime === 'docker')
  for (const target of ['host', 'docker', 'containerd', 'cri-o'] as const) {
    const root = job.nodeRoot || '/'
    const isThere = SIGNS[target]?.some((path) => existsSync(join(root, path))) === true
    const own = target === 'docker' ? docker : []
    if (!isThere && own.length === 0) continue
    const [ofContainers, ofMachine] = partition(recordsOf(job.content, target), isOfContainer)
    if (isThere) runs.push(await run(target, [hostname()], () => machine(ofMachine, root, job)))
    if (own.length > 0) runs.push(await run(target, names(own), () => containers(ofContainers, own)))
  }
  runs.push(await middleware(job))
  const startedAt = isoNow()
  const { content, nodeRoot, hostKey, kubeconfig } = job
  const kubernetes = await checkKubernetes({
    content,
    nodeRoot,
    hostKey,
    kubeconfig,
    node: hostname(),
    observedAt: startedAt,
  })
  if (kubernetes) {
    const { resources, results } = kubernetes
    runs.push({ target: 'kubernetes', resources, results, startedAt, endedAt: isoNow() })
  }
  return { runs: merged(runs), assets: kubernetes?.assets ?? [], problems: kubernetes?.problems ?? [] }
}

async function run(
  target: CheckTarget,
  resources: readonly string[],
  check: () => Promise<CheckResult[]>,
): Promise<CheckRun> {
  const startedAt = isoNow()
  const results = await check()
  return { target, resources: [...resources], results, startedAt, endedAt: isoNow() }
}

type Checks = ReturnType<typeof recordsOf>

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))]
}

function machine(checks: Checks, root: string, { hostKey }: CheckJob): Promise<CheckResult[]> {
  const procRoot = join(root, 'proc')
  return checkHost({ checks, root, procRoot, resource: hostname(), assetKey: hostKey, observedAt: isoNow() })
}

async function containers(checks: Checks, all: CheckJob['containers']): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const { key, facts } of all)
    results.push(...(await checkContainers({ checks, containers: [facts], assetKey: key, observedAt: isoNow() })))
  return results
}

/** Servers in containers belong to their container, others to the host. */
async function middleware({ content, containers: all, hostKey, probe, credentials }: CheckJob): Promise<CheckRun> {
  const owners = new Map(
    readProcessTable().all.flatMap(({ pid, cgroups }) => {
      const container = all.find(({ facts }) => cgroups.some(({ path }) => isBelow(path, facts.cgroupPath)))
      return container ? [[pid, container] as const] : []
    }),
  )
  const startedAt = isoNow()
  const processes = allProcesses((pid) => {
    const facts = owners.get(pid)?.facts
    const { containerId = '', name: containerName = '', imageName } = facts ?? {}
    return { containerId, containerName, image: imageName ?? '' }
  })
  const credentialsOf = credentials === null ? undefined : await readCredentials(credentials)
  const checks = recordsOf(content, 'middleware')
  const results: CheckResult[] = []
  const resources: string[] = []
  for (const instance of discoverMiddleware(processes)) {
    resources.push(instance.resource)
    const assetKey = owners.get(instance.process.pid)?.key ?? hostKey
    const asking = { probe: probe ? ('own' as const) : undefined, credentials: credentialsOf?.(instance) }
    results.push(...(await checkMiddleware(instance, { checks, clock: systemClock, assetKey, ...asking })))
  }
  return { target: 'middleware', resources, results, startedAt, endedAt: isoNow() }
}

function isBelow(path: string, parent: string | null): boolean {
  return parent !== null && parent !== '/' && (path === parent || path.startsWith(`${parent}/`))
}

/** What a run does not name is gone: one run for each target. */
function merged(runs: readonly CheckRun[]): CheckRun[] {
  return [...Map.groupBy(runs, ({ target }) => target).values()].map((own) => ({
    ...(own[0] as CheckRun),
    resources: own.flatMap(({ resources }) => resources).slice(0, 10_000),
    results: own.flatMap(({ results }) => results).slice(0, 20_000),
    endedAt: own.at(-1)?.endedAt ?? isoNow(),
  }))
}

function recordsOf(content: string, target: string) {
  return loadChecks(readRecords(join(content, target)).records).checks
}

function names(all: CheckJob['containers']): string[] {
  return all.map(({ facts }) => facts.name)
}

function isoNow(): string {
  return new Date(systemClock.nowMs()).toISOString()
}

if (process.argv[1] === import.meta.filename) {
  const job = JSON.parse(readFileSync(0, 'utf8')) as CheckJob
  try {
    writeFileAtomically(job.output, Buffer.from(JSON.stringify(await runChecks(job))))
  } catch (error) {
    process.stdout.write(toYaguraError(error).message)
    process.exitCode = 1
  }
}
