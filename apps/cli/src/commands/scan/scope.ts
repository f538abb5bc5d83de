// What a finding is about: an image by its digest, or a directory.
import type { ImageReport } from '@yagura/schema'

export function scopeOf({ image }: ImageReport): string {
  return image.digest === null ? 'directory' : `image:${image.digest}`
}
