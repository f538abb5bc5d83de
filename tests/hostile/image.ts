// Images for cases: an OCI layout out of layers, and two good packages that every case may have.
import { join } from 'node:path'
import { gzipLayer, ociBlobs, type TestLayer, writeOciLayout } from '@yagura/image/testing'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import type { Made } from './case.ts'

export const STATUS = 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5\n'
export const DPKG: TarMember = { name: 'var/lib/dpkg/status', content: STATUS }
export const APK: TarMember = { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.2-r0\n\n' }

export function layerOf(...members: readonly TarMember[]): TestLayer {
  return gzipLayer(tarArchive(members))
}

export function layout(work: string, layers: readonly TestLayer[], index?: unknown): Made {
  return { target: `oci:${writeOciLayout(join(work, 'layout'), ociBlobs(layers), index)}` }
}
