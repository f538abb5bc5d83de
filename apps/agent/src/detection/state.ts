// What detection has learnt and which chains are open, on disk between two runs of the agent.
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Logger } from '@yagura/kernel'
import { writeFileAtomically } from '../files/atomic.ts'

export interface DetectionState {
  /** Undefined on the first start, and when what is there cannot be read. */
  load(): Uint8Array | undefined
  save(state: Uint8Array): void
}

const STATE_BYTES_MAX = 64 * 1024 * 1024

export function openDetectionState(directory: string, logger: Logger): DetectionState {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'detection.zst')
  return {
    load() {
      try {
        if (statSync(path).size > STATE_BYTES_MAX) return undefined
        return zstdDecompressSync(readFileSync(path), { maxOutputLength: STATE_BYTES_MAX })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
          logger.warn({ err: error }, 'What detection had learnt cannot be read; it learns anew.')
        }
        return undefined
      }
    },
    save(state) {
      if (state.length === 0) return
      try {
        writeFileAtomically(path, zstdCompressSync(state, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }))
      } catch (error) {
        logger.warn({ err: error }, 'What detection has learnt could not be saved.')
      }
    },
  }
}
