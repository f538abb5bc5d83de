// Scans images that a test makes out of layers of files.
import { openImage } from '@yagura/image'
import { gzipLayer, ociBlobs, type TestLayer, writeOciLayout } from '@yagura/image/testing'
import { defaultLimits, type Limits, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import { type ImageReport, imageReport } from '@yagura/schema'
import type { ScanCache } from '../cache/scan-cache.ts'
import { type ExtractOptions, extractImage } from '../extract/extract-image.ts'

export const testClock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }

export function layerOf(...members: TarMember[]): TestLayer {
  return gzipLayer(tarArchive(members))
}

export interface ScanLayersOptions {
  readonly limits?: Partial<Limits>
  readonly cache?: ScanCache
  readonly inspect?: ExtractOptions['inspect']
  readonly onRead?: () => void
}

/** `directory` gets the image as an OCI layout. */
export async function scanLayers(
  directory: string,
  layers: readonly TestLayer[],
  options: ScanLayersOptions = {},
): Promise<ImageReport> {
  const limits = { ...defaultLimits, ...options.limits }
  const path = writeOciLayout(directory, ociBlobs(layers))
  const opened = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits, clock: testClock }))
  const watched = opened.layers.map((source): typeof source => ({
    ...source,
    read(...args) {
      options.onRead?.()
      return source.read(...args)
    },
  }))
  try {
    const report = await extractImage(
      { ...opened, layers: watched },
      { limits, clock: testClock, cache: options.cache, inspect: options.inspect },
    )
    return imageReport.parse(report)
  } finally {
    await opened.close()
  }
}

/** `name version` → number of the layer that introduced it */
export function introduced(report: ImageReport): Record<string, number> {
  return Object.fromEntries(
    report.packages.map((one) => [
      `${one.name} ${one.version}`,
      report.image.layers.findIndex((layer) => layer.diffId === one.layer),
    ]),
  )
}
