// The configuration of an image as our own contract, with every text cut to what the contract allows.
import type { Image, Layer } from '@yagura/schema'
import type { ConfigDocument, Descriptor } from './oci.ts'

const SHORT = 512
const LONG = 16_384
const HISTORY_MAX = 1000

export interface ImageParts {
  readonly configDigest: string
  readonly manifestDigest: string | null
  readonly names: readonly string[]
  readonly config: ConfigDocument
  /** As stored, in the order of the manifest; null where only unpacked layers are known. */
  readonly stored: readonly (StoredDescriptor | null)[]
}

export type StoredDescriptor = Pick<Descriptor, 'digest' | 'size' | 'mediaType'>

export function describeImage(parts: ImageParts): Image {
  const { config } = parts
  const settings = config.config
  return {
    digest: parts.configDigest,
    manifestDigest: parts.manifestDigest,
    names: parts.names.map((name) => name.slice(0, SHORT)),
    architecture: config.architecture?.slice(0, SHORT) ?? null,
    createdAt: timestampOf(config.created),
    layers: describeLayers(parts),
    config: {
      user: (settings?.User ?? '').slice(0, SHORT),
      entrypoint: clip(settings?.Entrypoint, LONG),
      command: clip(settings?.Cmd, LONG),
      environment: clip(settings?.Env, LONG),
      workingDirectory: (settings?.WorkingDir ?? '').slice(0, LONG),
      exposedPorts: clip(Object.keys(settings?.ExposedPorts ?? {}), SHORT),
      labels: Object.fromEntries(
        Object.entries(settings?.Labels ?? {}).map(([key, value]) => [key.slice(0, 256), value.slice(0, 4096)]),
      ),
      volumes: clip(Object.keys(settings?.Volumes ?? {}), LONG),
      onBuild: clip(settings?.OnBuild, LONG),
      hasHealthCheck: (settings?.Healthcheck?.Test?.[0] ?? 'NONE') !== 'NONE',
    },
    history: describeHistory(config),
  }
}

/** What a plain directory is: no configuration, no layers. */
export function imageWithoutConfig(): Image {
  const config = {
    user: '',
    entrypoint: [],
    command: [],
    environment: [],
    workingDirectory: '',
    exposedPorts: [],
    labels: {},
  }
  return { digest: null, manifestDigest: null, names: [], architecture: null, createdAt: null, layers: [], config }
}

/** History has a line for every step; those that made no layer say so (`empty_layer`). Where the counts differ, no line can be trusted. */
function describeLayers({ config, stored }: ImageParts): Layer[] {
  const steps = (config.history ?? []).filter((step) => step.empty_layer !== true)
  const aligned = steps.length === config.rootfs.diff_ids.length
  return config.rootfs.diff_ids.map((diffId, at) => {
    const step = aligned ? steps[at] : undefined
    const descriptor = stored[at] ?? null
    return {
      digest: descriptor?.digest ?? null,
      diffId,
      createdBy: step?.created_by?.slice(0, LONG) || null,
      createdAt: timestampOf(step?.created),
      sizeBytes: descriptor?.size ?? null,
      mediaType: descriptor?.mediaType?.slice(0, SHORT) ?? null,
    }
  })
}

/** Every step, also those that made no layer. */
function describeHistory({ history, rootfs }: ConfigDocument): NonNullable<Image['history']> {
  const steps = history ?? []
  const aligned = steps.filter((step) => step.empty_layer !== true).length === rootfs.diff_ids.length
  let layer = 0
  return steps.slice(0, HISTORY_MAX).map((step) => ({
    createdBy: (step.created_by ?? '').slice(0, LONG),
    createdAt: timestampOf(step.created),
    diffId: step.empty_layer === true || !aligned ? null : (rootfs.diff_ids[layer++] ?? null),
  }))
}

function timestampOf(text: string | null | undefined): string | null {
  if (!text) return null
  const date = new Date(text)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 1
    ? null
    : date.toISOString()
}

function clip(values: readonly string[] | null | undefined, length: number): string[] {
  return (values ?? []).map((value) => value.slice(0, length))
}
