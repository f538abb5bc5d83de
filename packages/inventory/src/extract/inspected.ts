// What was found in the files of all layers, as far as it counts: secrets wherever they lie, mistakes where the file is still there.
import type { LayerProblem, OpenedImage } from '@yagura/image'
import type { ImageReport, SecretFinding } from '@yagura/schema'
import type { InspectionName } from '../layers/inspection.ts'
import type { ImageReading } from '../layers/read-image.ts'
import { stepsOf } from '../mistakes/history.ts'
import { findMistakes, type PlacedOddity } from '../mistakes/index.ts'
import { deletedIn } from '../secrets/deleted-in.ts'
import { type FoundSecret, scanBytes } from '../secrets/scan-bytes.ts'

export interface PlacedSecret extends FoundSecret {
  readonly layer: number
  readonly deletedIn: number | null
}

/** As JSON in the cache of images. */
export interface Inspected {
  readonly secrets: readonly PlacedSecret[]
  readonly oddities: readonly PlacedOddity[]
}

const MAX_SECRETS = 10_000
const MAX_PATH = 4096
const CONFIGURATION = '(image configuration)'
const CONFIGURATION_BUDGET = 4 * 1024 * 1024

export function inspectedOf(
  opened: OpenedImage,
  image: ImageReading,
): Inspected & { problems: readonly LayerProblem[] } {
  const placed = image.layers.flatMap(({ inspection }, layer) => [
    ...(inspection?.secrets ?? []).map((secret) => ({ secret, oddity: undefined, path: secret.path, layer })),
    ...(inspection?.oddities ?? []).map((oddity) => ({ secret: undefined, oddity, path: oddity.path, layer })),
  ])
  const places = placed.map(({ path, layer }) => ({ path: image.placeOf({ layer, path }), layer }))
  const layers = image.layers.map(({ entries }, layer) => ({
    *all() {
      for (const { path, kind } of entries.all()) yield { path: image.placeOf({ layer, path }), kind }
    },
  }))
  const ends = placed.length > 0 ? deletedIn(places, layers) : []
  const diffId = (layer: number) => opened.layers[layer]?.layer?.diffId ?? null
  return {
    secrets: placed.flatMap(({ secret, layer }, at) =>
      secret ? [{ ...secret, layer, deletedIn: ends[at] ?? null }] : [],
    ),
    oddities: placed.flatMap(({ oddity, layer }, at) =>
      oddity && ends[at] === null ? [{ ...oddity, layer: diffId(layer) }] : [],
    ),
    // gaps of one name are one, so all notes of a layer are
    problems: image.layers.flatMap(({ inspection }, layer) => {
      const reason = (inspection?.notes ?? []).join(' ')
      const path = `secrets of ${diffId(layer) ?? 'the directory'}`
      return reason === '' ? [] : [{ code: 'LIMIT_REACHED' as const, path, reason }]
    }),
  }
}

/** Adds what only the configuration tells, which is not part of any layer. */
export function reportInspected(
  opened: OpenedImage,
  { secrets, oddities }: Inspected,
  names: readonly InspectionName[],
): Pick<ImageReport, 'secrets' | 'mistakes'> {
  const found = names.includes('secrets')
    ? [...configurationSecrets(opened), ...secrets.map((one) => describe(opened, one))]
    : undefined
  return {
    ...(found ? { secrets: found.slice(0, MAX_SECRETS) } : {}),
    ...(names.includes('mistakes') ? { mistakes: findMistakes(opened.image, oddities) } : {}),
  }
}

function describe(
  { layers }: OpenedImage,
  { kind, severity, path, line, match, ...secret }: PlacedSecret,
): SecretFinding {
  const layer = layers[secret.layer]?.layer
  return {
    ...{ kind, severity, line, match },
    path: `/${path}`.slice(0, MAX_PATH),
    layer: layer?.diffId ?? null,
    createdBy: layer?.createdBy ?? null,
    deletedIn: secret.deletedIn === null ? null : (layers[secret.deletedIn]?.layer?.diffId ?? null),
  }
}

/** Variables, labels, what is started, and the commands of the build. */
function configurationSecrets({ image }: OpenedImage): SecretFinding[] {
  const { environment, labels, entrypoint, command } = image.config
  const steps = stepsOf(image)
  const lines = [
    ...[
      ...environment,
      ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
      [...entrypoint, ...command].join(' '),
    ].map((text) => ({ text, command: null, layer: null })),
    ...steps.map(({ command, layer }) => ({ text: command, command, layer })),
  ]
  const seen = new Set<string>()
  const budget = { bytes: CONFIGURATION_BUDGET }
  return lines.flatMap(({ text, layer }) =>
    scanBytes(Buffer.from(text), CONFIGURATION, budget).secrets.flatMap(
      ({ kind, severity, match }): SecretFinding[] => {
        // a variable is in the history as well
        if (seen.has(`${kind} ${match}`)) return []
        seen.add(`${kind} ${match}`)
        return [{ kind, severity, match, path: CONFIGURATION, line: null, layer, createdBy: null, deletedIn: null }]
      },
    ),
  )
}
