// A real Kubernetes, built once from Debian's source package: apiserver, controller manager, scheduler, kubelet.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { cached } from '../cache.ts'
import { mustRun } from '../command.ts'

const BUILD = join(import.meta.dirname, '../../scripts/build-kubernetes.sh')
const COMPILER = '/usr/lib/go-1.19/bin/go'
const PROGRAMS = ['rsync', 'jq', 'make', 'dpkg-source']
/** Two busy cores need 5 minutes when nothing else runs. */
const BUILD_TIMEOUT_MS = 40 * 60_000

/** What is missing for the build, in words; empty when the programs are in the cache already. */
export async function missingForKubernetes(cacheDir: string): Promise<string[]> {
  if (existsSync(join(cacheDir, await cacheName()))) return []
  const places = `${process.env.PATH ?? ''}:/usr/bin:/bin`.split(delimiter)
  const programs = PROGRAMS.filter((name) => !places.some((place) => existsSync(join(place, name))))
  return [
    ...(existsSync(COMPILER) ? [] : ['golang-1.19-go']),
    ...programs.map((name) => `the program ${name}`),
    ...(process.getuid?.() === 0 ? [] : ['root rights']),
  ]
}

/** Directory that lies over a node's root: /usr/local/bin with the programs of Kubernetes. */
export async function kubernetesLayer(cacheDir: string): Promise<string> {
  return cached(cacheDir, await cacheName(), async (path) => {
    const built = `${path}.built`
    try {
      await mustRun(['nice', BUILD, built], { timeoutMs: BUILD_TIMEOUT_MS, maxOutputBytes: 1 << 20 })
      const target = join(path, 'usr/local/bin')
      await mkdir(target, { recursive: true })
      await cp(built, target, { recursive: true })
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'])
        await chmod(join(target, name), 0o755)
    } finally {
      await rm(built, { recursive: true, force: true })
    }
  })
}

async function cacheName(): Promise<string> {
  const recipe = createHash('sha256')
    .update(await readFile(BUILD))
    .digest('hex')
  return `kubernetes-${recipe.slice(0, 12)}`
}
