// All mistakes of an image: of its configuration, its history, and the files that are there in the end.
import type { Image, MistakeFinding } from '@yagura/schema'
import type { Check, ConfigurationCheck } from './check.ts'
import { configurationChecks } from './configuration.ts'
import { fileChecks } from './files.ts'
import { historyChecks } from './history.ts'
import type { Oddity } from './oddity.ts'

export interface PlacedOddity extends Oddity {
  /** diffId; null for a plain directory. */
  readonly layer: string | null
}

const MAX_SHOWN = 5
const MAX_OF_CHECK = 20
const MAX_PATH = 4096

export const allChecks: readonly Check[] = [...configurationChecks, ...historyChecks, ...fileChecks]

/** A plain directory has no configuration to be wrong. */
export function findMistakes(image: Image, oddities: readonly PlacedOddity[]): MistakeFinding[] {
  const checks: readonly ConfigurationCheck[] = image.digest === null ? [] : [...configurationChecks, ...historyChecks]
  const ofImage = checks.flatMap((check) =>
    check
      .find(image)
      .slice(0, MAX_OF_CHECK)
      .map(({ message, layer }) => finding(check, message, null, layer ?? null)),
  )
  const ofFiles = fileChecks.flatMap((check) => {
    const found = oddities.filter((one) => one.check === check.id)
    const [first] = found
    return first ? [finding(check, describe(found), `/${first.path}`.slice(0, MAX_PATH), first.layer)] : []
  })
  return [...ofImage, ...ofFiles]
}

function finding(check: Check, message: string, path: string | null, layer: string | null): MistakeFinding {
  const { id, severity, title, remedy } = check
  return { check: id, severity, title, message, path, layer, remedy }
}

function describe(found: readonly Oddity[]): string {
  const shown = found
    .slice(0, MAX_SHOWN)
    .map(({ path, detail }) => `/${path.slice(0, 400)}${detail === '' ? '' : ` (${detail})`}`)
  const more = found.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
