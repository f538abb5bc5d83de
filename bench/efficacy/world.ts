// What all runs share: one sandboxed node with the image of the bench, the lab of peers, and a disk of its own.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BENCH_IMAGE,
  BENCH_PATH,
  BENCH_USER,
  benchImageArchive,
  defaultCacheDir,
  type Lab,
  type LoopDisk,
  makeLabPackages,
  makeLoopDisk,
  makeNode,
  type Node,
  startLab,
  type Variant,
  writeVariants,
} from '@yagura/testbed'

export interface World {
  readonly node: Node
  readonly lab: Lab
  /** Directory of this run on the machine: states of agents, logs. */
  readonly directory: string
  /** Makes images over the layers of the bench image under names of their own. */
  makeImages(wanted: readonly ImageWanted[]): Promise<void>
  close(): Promise<void>
}

export interface ImageWanted {
  readonly name: string
  readonly nonRoot?: boolean
}

export const SERVICE_IMAGE = BENCH_IMAGE
/** Where the node keeps what containers see as /lab. */
export const LAB_ROOT = '/srv/lab'
export const LAB_PACKAGES = '/srv/lab-packages'
export const ACCOUNT = '/srv/serviceaccount'
export const DISK = '/dev/labdisk'
const NODE_BYTES = 9 * 2 ** 30

export async function makeWorld(): Promise<World> {
  const cacheDir = defaultCacheDir()
  const directory = await mkdtemp(join(tmpdir(), 'yagura-efficacy-'))
  const closers: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })]
  const close = async () => {
    for (const one of closers.toReversed()) await one()
  }
  try {
    const archive = await benchImageArchive(cacheDir)
    const disk = await makeLoopDisk(directory)
    closers.push(() => disk.close())
    const node = await makeNode({ name: `efficacy-${process.pid}`, sizeBytes: NODE_BYTES, disk })
    closers.push(() => node.close())
    const lab = await startLab(node, cacheDir)
    closers.push(() => lab.close())
    await furnish(node, disk)
    await node.importImage({ archive, name: BENCH_IMAGE })
    const made = new Set<string>()
    return {
      node,
      lab,
      directory,
      async makeImages(wanted) {
        const variants: Variant[] = wanted
          .filter(({ name }) => !made.has(name))
          .map(({ name, nonRoot }) => ({
            name,
            settings: { path: BENCH_PATH, labels: { 'bench.case': name }, ...(nonRoot && { user: BENCH_USER }) },
          }))
        if (variants.length === 0) return
        const path = join(directory, `variants-${randomUUID()}.oci.tar`)
        await writeVariants(archive, variants, path)
        await node.importImage({ archive: path, name: variants[0]?.name ?? '' })
        await rm(path)
        for (const { name } of variants) made.add(name)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Files and devices that containers of the bench are given or break out to. */
async function furnish(node: Node, disk: LoopDisk): Promise<void> {
  await makeLabPackages(node.root + LAB_PACKAGES)
  for (const path of [
    '/etc/kubernetes/manifests',
    '/etc/kubernetes/pki',
    '/etc/systemd/system',
    '/etc/cron.d',
    LAB_ROOT,
  ])
    await mkdir(node.root + path, { recursive: true })
  await writeFile(`${node.root}/etc/kubernetes/admin.conf`, 'apiVersion: v1\nkind: Config\n')
  await mkdir(node.root + ACCOUNT, { recursive: true })
  await writeFile(`${node.root}${ACCOUNT}/token`, 'eyJhbGciOiJSUzI1NiJ9.bGFi.bGFi')
  await writeFile(`${node.root}${ACCOUNT}/ca.crt`, '-----BEGIN CERTIFICATE-----\nbGFi\n-----END CERTIFICATE-----\n')
  await writeFile(`${node.root}${ACCOUNT}/namespace`, 'default')
  await node.command(['mknod', '-m', '660', DISK, 'b', String(disk.major), String(disk.minor)])
}

/** A path that a profile mounts must be there; what is not is an empty directory. */
export async function ensureSource(node: Node, path: string): Promise<void> {
  if (path !== '/' && !existsSync(node.root + path)) await mkdir(node.root + path, { recursive: true })
}
