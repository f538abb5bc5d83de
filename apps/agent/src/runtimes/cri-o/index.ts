// CRI-O: its store and bundles on disk.
import { createStorageReader } from '../containers-storage/reader.ts'
import type { RuntimeReader } from '../runtime.ts'

export function createCriOReader(): RuntimeReader {
  return createStorageReader('cri-o')
}
