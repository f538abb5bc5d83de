// Cases 13 and 14: documents that lead to the layers and lie about them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ociBlobs, sha256, writeOciLayout } from '@yagura/image/testing'
import type { HostileCase } from '../case.ts'
import { APK, layerOf, layout } from '../image.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'
const image = ociBlobs([layerOf(APK)])
const directoryOf = (target: string) => target.slice('oci:'.length)
const blobOf = (directory: string, digest: string) => join(directory, 'blobs', digest.replace(':', '/'))

/** The blob is another one than its name says. */
function altered(
  title: string,
  digestOf: (manifest: { config: { digest: string }; layers: { digest: string }[] }) => string,
): HostileCase {
  return {
    number: 13,
    title,
    make(work) {
      const made = layout(work, [layerOf(APK)])
      const directory = directoryOf(made.target)
      const manifest = JSON.parse(String(image.blobs.get(image.manifest.digest)))
      const path = blobOf(directory, digestOf(manifest))
      const bytes = readFileSync(path)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      writeFileSync(path, bytes)
      return made
    },
    refused: /digest|INTEGRITY/i,
  }
}

function indexed(work: string, depth: number): string {
  const blobs = new Map(image.blobs)
  let entry: { mediaType: string; digest: string; size: number } = image.manifest
  for (let level = 0; level < depth; level++) {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [entry] }))
    blobs.set(sha256(bytes), bytes)
    entry = { mediaType: INDEX, digest: sha256(bytes), size: bytes.length }
  }
  return writeOciLayout(join(work, 'layout'), { ...image, blobs }, { schemaVersion: 2, manifests: [entry] })
}

export const manifests: readonly HostileCase[] = [
  altered('another manifest than its digest says', () => image.manifest.digest),
  altered('another configuration than its digest says', ({ config }) => config.digest),
  altered('another layer than its digest says', ({ layers }) => layers[0]?.digest ?? ''),
  {
    number: 14,
    title: 'an index of 500 platforms',
    make: (work) => {
      const manifest = { ...image.manifest, platform: { os: 'linux', architecture: 'amd64' } }
      const manifests = Array.from({ length: 500 }, () => manifest)
      return { target: `oci:${writeOciLayout(join(work, 'layout'), image, { schemaVersion: 2, manifests })}` }
    },
    refused: /more than 32/,
  },
  {
    number: 14,
    title: 'an index within an index, five times',
    make: (work) => ({ target: `oci:${indexed(work, 5)}` }),
    refused: /nested deeper than 3/,
  },
  {
    number: 14,
    title: 'an index that names itself',
    make(work) {
      const directory = indexed(work, 1)
      const [digest] = [...image.blobs.keys()]
      const loop = JSON.stringify({
        schemaVersion: 2,
        mediaType: INDEX,
        manifests: [{ mediaType: INDEX, digest, size: 1 }],
      })
      writeFileSync(blobOf(directory, digest ?? ''), loop)
      writeFileSync(join(directory, 'index.json'), loop.replace('"size":1', `"size":${loop.length}`))
      return { target: `oci:${directory}` }
    },
    refused: /digest/,
  },
]
