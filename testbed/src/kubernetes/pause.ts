// The image that holds a pod's namespaces: one program that waits for ever. Kubernetes' own cannot be had without a registry.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../cache.ts'
import { mustRun } from '../command.ts'
import { writeOciArchive } from '../oci-archive.ts'
import { staticElf } from '../static-elf.ts'

export const PAUSE_IMAGE = 'testbed.local/pause:1'

/** for (;;) pause(): call 34 on amd64, ppoll with nothing to wait for (73) on arm64. */
const CODE: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'b822000000' + '0f05' + 'ebf7',
  arm64: '000080d2' + '010080d2' + '020080d2' + '030080d2' + '280980d2' + '010000d4' + 'faffff17',
}

export function pauseArchive(cacheDir: string): Promise<string> {
  return cached(cacheDir, `pause-1-${process.arch}.oci.tar`, async (path) => {
    const root = `${path}.root`
    try {
      await mkdir(root)
      await writeFile(join(root, 'pause'), staticElf(Buffer.from(CODE[process.arch] ?? '', 'hex')), { mode: 0o755 })
      const tar = `${path}.tar`
      await mustRun(['tar', '-C', root, '-cf', tar, 'pause'])
      await writeOciArchive({ name: PAUSE_IMAGE, layerTars: [tar], command: ['/pause'] }, path)
      await rm(tar)
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  })
}
