// Every target there is. Only what is asked for is loaded.
import type { Target } from './target.ts'

const targets: Readonly<Record<string, () => Promise<Target>>> = {
  host: async () => (await import('./machine.ts')).host,
  docker: async () => (await import('./machine.ts')).docker,
  containerd: async () => (await import('./machine.ts')).containerd,
  'cri-o': async () => (await import('./machine.ts')).crio,
  kubernetes: async () => (await import('./kubernetes.ts')).kubernetes,
  middleware: async () => (await import('./middleware.ts')).middleware,
  image: async () => (await import('./image.ts')).image,
  manifests: async () => (await import('./manifests.ts')).manifests,
}

/** Targets that a machine has by itself, in the order in which they are shown. */
export const OF_MACHINE: readonly string[] = Object.keys(targets).filter(
  (name) => name !== 'manifests' && name !== 'image',
)

export async function targetOf(name: string): Promise<Target | undefined> {
  return targets[name]?.()
}
