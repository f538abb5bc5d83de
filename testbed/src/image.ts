// The images tests run: three Alpine releases from the roots in YAGURA_DATA, three Debian releases made by mmdebstrap.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DEBIAN_RELEASES, debianRoot } from './base-root.ts'
import { cached } from './cache.ts'
import { writeOciArchive } from './oci-archive.ts'

const ALPINE_ROOTS = { '3.9': '3.9.6', '3.11': '3.11.13', '3.18': '3.18.9' } as const

export type TestImage = `alpine:${keyof typeof ALPINE_ROOTS}` | `debian:${(typeof DEBIAN_RELEASES)[number]}`

export const TEST_IMAGES: readonly TestImage[] = [
  ...Object.keys(ALPINE_ROOTS).map((release) => `alpine:${release}` as TestImage),
  ...DEBIAN_RELEASES.map((release) => `debian:${release}` as const),
]

/** The name under which a test image is imported; the registry does not exist. */
export function imageName(image: TestImage): string {
  return `testbed.local/${image}`
}

/** OCI archive of a test image, made when the cache does not have it. */
export async function imageArchive(
  image: TestImage,
  cacheDir: string,
  dataDir = process.env.YAGURA_DATA,
): Promise<string> {
  const rootTar = await imageRoot(image, cacheDir, dataDir)
  return archiveOf(imageName(image), [rootTar], cacheDir)
}

/** OCI archive of any layers under a name; the tars are known by their paths and sizes. */
async function archiveOf(name: string, layerTars: readonly string[], cacheDir: string): Promise<string> {
  const sizes = await Promise.all(layerTars.map(async (tar) => (await stat(tar)).size))
  const key = createHash('sha256')
    .update(JSON.stringify([name, layerTars, sizes]))
    .digest('hex')
    .slice(0, 12)
  const command = ['/bin/sh']
  return cached(cacheDir, `image-${key}.oci.tar`, (path) => writeOciArchive({ name, layerTars, command }, path))
}

/** Root file system of a test image as tar or tar.gz. */
export async function imageRoot(
  image: TestImage,
  cacheDir: string,
  dataDir = process.env.YAGURA_DATA,
): Promise<string> {
  const release = image.slice(image.indexOf(':') + 1)
  const debian = DEBIAN_RELEASES.find((name) => name === release)
  if (debian) return debianRoot(cacheDir, debian)
  const version = ALPINE_ROOTS[release as keyof typeof ALPINE_ROOTS]
  const path = join(dataDir ?? '', 'rootfs', `alpine-minirootfs-${version}-x86_64.tar.gz`)
  if (!dataDir || !existsSync(path))
    throw new Error(`${image} needs ${path || 'its root file system'}: set YAGURA_DATA to the directory with rootfs/.`)
  return path
}
