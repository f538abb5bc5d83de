// podman, of root and of people: its store and bundles on disk. There is no daemon to ask.
import { createStorageReader } from '../containers-storage/reader.ts'
import type { RuntimeReader } from '../runtime.ts'

export function createPodmanReader(): RuntimeReader {
  return createStorageReader('podman')
}
