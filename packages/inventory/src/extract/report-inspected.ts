// What was found in files and in the configuration, in the words of the report. Loads no rule and no pattern: this is also the way of
// a scan that reads no layer.
import type { OpenedImage } from '@yagura/image'
import type { Image, ImageReport, Layer, SecretFinding } from '@yagura/schema'
import type { InspectionName } from '../layers/inspection.ts'
import { findMistakes, type PlacedOddity } from '../mistakes/index.ts'
import type { FoundSecret } from '../secrets/scan-bytes.ts'

export interface PlacedSecret extends FoundSecret {
  readonly layer: number
  readonly deletedIn: number | null
}

/** As JSON in the cache of images. */
export interface Inspected {
  /** In the configuration and the history. */
  readonly configuration: readonly SecretFinding[]
  readonly secrets: readonly PlacedSecret[]
  readonly oddities: readonly PlacedOddity[]
}

export const MAX_SECRETS = 10_000
const MAX_PATH = 4096
/** Ten thousand secrets may lie in one layer. */
const MAX_COMMAND = 1024

/** `image` with its secrets masked: what is quoted of its commands is. */
export function reportInspected(
  { layers }: OpenedImage,
  image: Image,
  { configuration, secrets, oddities }: Inspected,
  names: readonly InspectionName[],
): Pick<ImageReport, 'secrets' | 'mistakes'> {
  const found = names.includes('secrets')
    ? [...configuration, ...secrets.map((one) => describe(layers, image, one))]
    : undefined
  return {
    ...(found ? { secrets: found.slice(0, MAX_SECRETS) } : {}),
    ...(names.includes('mistakes') ? { mistakes: findMistakes(image, oddities) } : {}),
  }
}

function describe(
  layers: OpenedImage['layers'],
  image: Image,
  { kind, severity, path, line, match, ...secret }: PlacedSecret,
): SecretFinding {
  const layer = layers[secret.layer]?.layer
  return {
    ...{ kind, severity, line, match },
    path: `/${path}`.slice(0, MAX_PATH),
    layer: layer?.diffId ?? null,
    createdBy: commandOf(image, layer)?.slice(0, MAX_COMMAND) ?? null,
    deletedIn: secret.deletedIn === null ? null : (layers[secret.deletedIn]?.layer?.diffId ?? null),
  }
}

function commandOf({ layers }: Image, layer: Layer | null | undefined): string | null | undefined {
  const at = layer ? layers.findIndex((one) => one.diffId === layer.diffId) : -1
  return layers[at]?.createdBy
}
