// An Alpine 3.9 as it was in its first weeks: the root of a later patch release, and over it a layer whose package database
// names the OpenSSL of then. The patch releases at hand are newer than every fix in the recorded advisories.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultCacheDir, imageRoot, mustRun, writeOciArchive } from '@yagura/testbed'

const DATABASE = 'lib/apk/db/installed'

export const OLD_OPENSSL = {
  version: '1.1.1a-r1',
  /** Fixed in 1.1.1b-r1 and 1.1.1d-r0 (Alpine secdb, v3.9). */
  vulnerabilities: ['CVE-2019-1543', 'CVE-2019-1547', 'CVE-2019-1549', 'CVE-2019-1563'],
} as const

export async function oldAlpine(directory: string): Promise<{ archive: string; name: string }> {
  const rootTar = await imageRoot('alpine:3.9', defaultCacheDir())
  const installed = await mustRun(['tar', '-xOf', rootTar, `./${DATABASE}`])
  const aged = installed.replace(/(P:lib(?:crypto|ssl)1\.1\nV:).*/g, `$1${OLD_OPENSSL.version}`)
  if (aged === installed) throw new Error('The package database of Alpine 3.9 does not name OpenSSL.')
  const layer = join(directory, 'old-layer')
  await mkdir(join(layer, DATABASE, '..'), { recursive: true })
  await writeFile(join(layer, DATABASE), aged)
  const layerTar = join(directory, 'old-openssl.tar')
  await mustRun(['tar', '-C', layer, '-cf', layerTar, DATABASE])
  const archive = join(directory, 'alpine-old.oci.tar')
  const name = 'testbed.local/alpine-old:3.9'
  await writeOciArchive({ name, layerTars: [rootTar, layerTar], command: ['/bin/sh'] }, archive)
  return { archive, name }
}
