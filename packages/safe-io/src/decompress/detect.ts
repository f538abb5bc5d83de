// Compression by magic number: names and media types of layers are often wrong.

export const COMPRESSIONS = ['none', 'gzip', 'zstd', 'bzip2', 'xz'] as const
export type Compression = (typeof COMPRESSIONS)[number]

/** RFC 1952 (gzip), RFC 8878 (zstd frames and skippable frames), bzip2 and xz by their published headers. */
export function detectCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  if ((head[0] ?? 0) >> 4 === 5 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd'
  if (head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68) return 'bzip2'
  if (head[0] === 0xfd && head[1] === 0x37 && head[2] === 0x7a && head[3] === 0x58 && head[4] === 0x5a) return 'xz'
  return 'none'
}
