// Mistakes of an image as results of compliance: each kind of mistake is a check, with the controls it answers.
// Controls come from the tables of content/controls.
import type { CheckResult, MistakeFinding } from '@yagura/schema'
import type { Controls } from '../../content/controls.ts'
import type { ImageTexts } from './texts.ts'

export interface ImageMistakes {
  /** Name of the image in results. */
  readonly resource: string
  readonly assetKey: string | null
  readonly mistakes: readonly MistakeFinding[]
  readonly controls: Pick<Controls, 'of'>
  readonly texts?: ImageTexts
  /** RFC 3339 */
  readonly observedAt: string
}

/** A mistake is a fail. That nothing was found is no result: the scan says what it looked for. */
export function imageResults({
  resource,
  assetKey,
  mistakes,
  controls,
  texts,
  observedAt,
}: ImageMistakes): CheckResult[] {
  return mistakes.map(({ check, severity, title, message, path, layer, remedy }) => ({
    check: `IMAGE-${check}`,
    checkVersion: 1,
    title: { en: title, ...texts?.get(check)?.title },
    fix: { en: remedy, ...texts?.get(check)?.fix },
    controls: controls.of(`IMAGE-${check}`),
    target: 'image',
    severity,
    resource: resource.slice(0, 512),
    assetKey,
    verdict: 'fail',
    message: { en: message },
    evidence: [
      {
        source: path === null ? 'manifest' : 'file',
        place: path ?? 'configuration and history',
        value: layer,
        at: observedAt,
      },
    ],
    remediation: { kind: 'text', place: path, before: null, after: remedy },
    observedAt,
  }))
}
