// What was found in the files of all layers, as far as it counts: secrets wherever they lie, mistakes where the file is still there.
import type { LayerProblem, OpenedImage } from '@yagura/image'
import type { SecretFinding } from '@yagura/schema'
import type { ImageReading } from '../layers/read-image.ts'
import { stepsOf } from '../mistakes/history.ts'
import { deletedIn } from '../secrets/deleted-in.ts'
import { CONFIGURATION, CONFIGURATION_BUDGET } from '../secrets/mask-image.ts'
import { scanBytes } from '../secrets/scan-bytes.ts'
import { type Inspected, MAX_SECRETS } from './report-inspected.ts'

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
  const configuration = configurationSecrets(opened)
  const diffId = (layer: number) => opened.layers[layer]?.layer?.diffId ?? null
  return {
    configuration,
    secrets: placed.flatMap(({ secret, layer }, at) =>
      secret ? [{ ...secret, layer, deletedIn: ends[at] ?? null }] : [],
    ),
    oddities: placed.flatMap(({ oddity, layer }, at) =>
      oddity && ends[at] === null ? [{ ...oddity, layer: diffId(layer) }] : [],
    ),
    // gaps of one name are one, so all notes of a layer are
    problems: [
      ...tooMany(configuration.length + placed.filter(({ secret }) => secret).length),
      ...image.layers.flatMap(({ inspection }, layer) => {
        const reason = (inspection?.notes ?? []).join(' ')
        const path = `secrets of ${diffId(layer) ?? 'the directory'}`
        return reason === '' ? [] : [{ code: 'LIMIT_REACHED' as const, path, reason }]
      }),
    ],
  }
}

function tooMany(found: number): LayerProblem[] {
  if (found <= MAX_SECRETS) return []
  return [
    {
      code: 'LIMIT_REACHED',
      path: 'secrets',
      reason: `More than ${MAX_SECRETS} secrets were found; the rest was left out.`,
    },
  ]
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
