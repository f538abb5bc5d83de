// containers/storage: the library under podman and CRI-O. `<driver>-containers/containers.json` and
// `<driver>-images/images.json` list what there is (github.com/containers/storage, containers.go and images.go).
// podman 4 keeps its own state in bolt, podman 5 in SQLite; both are written before a container starts, but the storage and the
// runtime's bundle say enough and are the same in all versions.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readFileInside, resolveInside } from '../../files/inside.ts'

export interface Store {
  /** Paths as the node sees them. */
  readonly graphRoot: string
  readonly runRoot: string
}

const storedContainer = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  names: z.array(z.string()).nullish().catch(null),
  image: z.string().catch(''),
  metadata: z.string().catch(''),
  created: z.string().catch(''),
})
const storedImage = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  digest: z.string().catch(''),
  names: z.array(z.string()).nullish().catch(null),
  created: z.string().catch(''),
})
const metadata = z.object({
  'image-name': z.string().catch(''),
  'image-id': z.string().catch(''),
  name: z.string().catch(''),
  'pod-id': z.string().optional().catch(undefined),
})

export type StoredContainer = z.infer<typeof storedContainer> & { readonly driver: string }
export type StoredImage = z.infer<typeof storedImage>
export type Metadata = z.infer<typeof metadata>

const LIST_BYTES_MAX = 64 * 1024 * 1024
const ROOTLESS_MAX = 64

/** Root's store, and those of people (rootless podman). Only the ones that exist. */
export function findStores(root: string): Store[] {
  const stores: Store[] = [{ graphRoot: '/var/lib/containers/storage', runRoot: '/run/containers/storage' }]
  for (const name of list(root, '/home').slice(0, ROOTLESS_MAX)) {
    const home = resolveInside(root, join('/home', name))
    if ('error' in home) continue
    const { uid } = statSync(home.path)
    stores.push({
      graphRoot: join('/home', name, '.local/share/containers/storage'),
      runRoot: `/run/user/${uid}/containers`,
    })
  }
  return stores.filter((store) => exists(root, store.graphRoot))
}

/** Throws when the store is there but cannot be read. */
export function listContainers(root: string, store: Store): StoredContainer[] {
  return readLists(root, store, '-containers', ['containers.json', 'volatile-containers.json'], storedContainer)
}

export function listImages(root: string, store: Store): StoredImage[] {
  return readLists(root, store, '-images', ['images.json'], storedImage)
}

/** What podman or CRI-O wrote beside the container, as JSON in JSON. */
export function metadataOf(container: StoredContainer): Metadata | undefined {
  try {
    return metadata.safeParse(JSON.parse(container.metadata)).data
  } catch {
    return undefined
  }
}

function readLists<T>(
  root: string,
  store: Store,
  suffix: string,
  files: readonly string[],
  schema: z.ZodType<T>,
): (T & { driver: string })[] {
  const found: (T & { driver: string })[] = []
  for (const directory of listOrThrow(root, store.graphRoot).filter((name) => name.endsWith(suffix))) {
    for (const file of files) {
      const text = readFileInside(root, join(store.graphRoot, directory, file), LIST_BYTES_MAX)
      if (text === undefined) continue
      // one strange entry does not hide the others
      for (const entry of z.array(z.unknown()).catch([]).parse(parseJson(text))) {
        const parsed = schema.safeParse(entry)
        if (parsed.success) found.push({ ...parsed.data, driver: directory.slice(0, -suffix.length) })
      }
    }
  }
  return found
}

function exists(root: string, path: string): boolean {
  const found = resolveInside(root, path)
  return 'path' in found || found.error.code === 'EACCES'
}

function list(root: string, path: string): string[] {
  try {
    return listOrThrow(root, path)
  } catch {
    return []
  }
}

function listOrThrow(root: string, path: string): string[] {
  const found = resolveInside(root, path)
  if ('error' in found) throw found.error
  return readdirSync(found.path).sort()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
