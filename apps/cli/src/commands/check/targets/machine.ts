// The host and the engines that run containers on it: the same sources of values, other records.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkContainers, checkHost, isOfContainer, openContainerRoot, readDockerState } from '@yagura/compliance'
import type { CheckProblem } from '../report.ts'
import { recordsOf } from './records.ts'
import type { Target, TargetAnswer, TargetRequest } from './target.ts'

/** One of these is there: the engine is. */
const SIGNS = {
  docker: ['usr/bin/dockerd', 'etc/docker/daemon.json', 'var/lib/docker/containers'],
  containerd: ['usr/bin/containerd', 'usr/local/bin/containerd', 'etc/containerd/config.toml'],
  'cri-o': ['usr/bin/crio', 'usr/local/bin/crio', 'etc/crio/crio.conf'],
} as const

export const host: Target = (request) => checkMachine('host', request)

export const containerd: Target = (request) => engine('containerd', request)

export const crio: Target = (request) => engine('cri-o', request)

export const docker: Target = async (request) => {
  const ofEngine = await engine('docker', request)
  if (ofEngine.isAbsent) return ofEngine
  const root = openContainerRoot(request.root)
  try {
    const { containers, problems } = readDockerState(root)
    const { checks } = recordsOf('docker', request.profile)
    const { observedAt, expected } = request
    const results = await checkContainers({ checks, containers, assetKey: null, observedAt, expected })
    const unread = problems.map((message): CheckProblem => ({ subject: 'docker', message }))
    return { results: [...ofEngine.results, ...results], problems: [...ofEngine.problems, ...unread] }
  } finally {
    root.close()
  }
}

async function engine(name: keyof typeof SIGNS, request: TargetRequest): Promise<TargetAnswer> {
  if (SIGNS[name].some((path) => existsSync(join(request.root, path)))) return checkMachine(name, request)
  return { isAbsent: true, results: [], problems: [] }
}

async function checkMachine(target: string, request: TargetRequest): Promise<TargetAnswer> {
  const { root, procRoot, resource, observedAt, expected, profile } = request
  const { checks, problems } = recordsOf(target, profile)
  const ofMachine = checks.filter((check) => !isOfContainer(check))
  const results = await checkHost({ checks: ofMachine, root, procRoot, resource, assetKey: null, observedAt, expected })
  return { results, problems }
}
