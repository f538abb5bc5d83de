// An image as it is kept, shown and sent: no secret in its configuration or history is whole. Patterns are loaded where a text is new.
import { createHash } from '@yagura/kernel'
import type { Image } from '@yagura/schema'
import type { ScanCache } from '../cache/scan-cache.ts'
import { mapTexts } from '../secrets/image-texts.ts'
import { EXTRACTOR_VERSION } from './version.ts'

export async function withoutSecrets(image: Image, cache: ScanCache | undefined): Promise<Image> {
  const texts = new Set<string>()
  const named = mapTexts(image, (text) => {
    if (text !== '') texts.add(text)
    return text
  })
  if (texts.size === 0) return named
  const masked = await maskedTexts(texts, cache)
  return mapTexts(image, (text) => masked.get(identityOf(text)) ?? text)
}

/** By the identity of the text; those that stay as they are, are not in it. */
async function maskedTexts(texts: ReadonlySet<string>, cache: ScanCache | undefined): Promise<Map<string, string>> {
  const identities = [...texts].map(identityOf)
  const key = JSON.stringify(['masked', EXTRACTOR_VERSION, identities])
  const known = cache?.get(key) as [string, string][] | undefined
  if (known) return new Map(known)
  const { maskTexts } = await import('../secrets/mask-image.ts')
  const masked = maskTexts(texts).map(([text, shown]): [string, string] => [identityOf(text), shown])
  cache?.put(key, masked)
  return new Map(masked)
}

/** The cache gets no secret either. */
function identityOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
