// Containers in containerd's metadata (containerd, metadata/buckets.go): v1 / NAMESPACE / containers / ID / image.
import { readBolt } from './bolt/bolt.ts'

export interface ContainerdContainer {
  readonly namespace: string
  readonly id: string
  readonly image: string | null
}

/** Errors are thrown: those of readBolt. */
export function listContainerdContainers(database: string): readonly ContainerdContainer[] {
  return readBolt(database, (root) => {
    const version = root.bucket('v1')
    const namespaces = [...(version?.entries() ?? [])].filter(({ isBucket }) => isBucket).map(({ key }) => key)
    return namespaces.flatMap((namespace) => {
      const containers = version?.bucket(namespace)?.bucket('containers')
      return [...(containers?.entries() ?? [])].map(({ key: id }) => ({
        namespace,
        id,
        image: containers?.bucket(id)?.text('image') || null,
      }))
    })
  })
}
