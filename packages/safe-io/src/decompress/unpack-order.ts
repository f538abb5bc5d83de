// What the thread that unpacks is told, and what it tells.
import type { ErrorCode } from '@yagura/kernel'
import type { FileRange } from '../file/range.ts'

export interface UnpackOrder {
  readonly range: FileRange
  /** Named in errors: `layer sha256:…`. */
  readonly what: string
  readonly expansionRatio: number
  readonly zstdWindowBytes: number
  /** Of the stored bytes, where they are to be hashed; `sha256` or `sha512`. */
  readonly packedHash: string | null
  readonly unpackedHash: string
}

/** In hex. */
export interface UnpackedHashes {
  readonly packed: string | null
  readonly unpacked: string
}

/** Shared with the thread: parts that may be sent before others are done with, and whether to stop. */
export const CREDIT = 0
export const STOPPED = 1

export interface ThreadOrder extends UnpackOrder {
  readonly shared: Int32Array
}

export type ThreadReport =
  | { readonly kind: 'part'; readonly bytes: Uint8Array }
  | { readonly kind: 'done'; readonly hashes: UnpackedHashes }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }
