// Mistakes of an image as results of compliance: each kind of mistake is a check, with the controls it answers.
// Controls come from the tables of content/controls.
import type { CheckResult, LocalisedText, MistakeFinding } from '@yagura/schema'
import { localiseMistake } from '@yagura/schema/mistake-texts'
import type { Controls } from '../../content/controls.ts'

export interface ImageMistakes {
  /** Name of the image in results. */
  readonly resource: string
  readonly assetKey: string | null
  readonly mistakes: readonly MistakeFinding[]
  readonly controls: Pick<Controls, 'of'>
  /** RFC 3339 */
  readonly observedAt: string
}

/** A mistake is a fail. That nothing was found is no result: the scan says what it looked for. */
export function imageResults({ resource, assetKey, mistakes, controls, observedAt }: ImageMistakes): CheckResult[] {
  return mistakes.map((mistake) => {
    const { check, severity, message, path, layer, remedy } = mistake
    return {
      check: `IMAGE-${check}`,
      checkVersion: 1,
      title: inEveryLanguage(mistake, 'title'),
      fix: inEveryLanguage(mistake, 'remedy'),
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
    }
  })
}

function inEveryLanguage(mistake: MistakeFinding, part: 'title' | 'remedy'): LocalisedText {
  const [ja, zh] = ['ja', 'zh'].map((language) => localiseMistake(mistake, language)[part])
  return { en: mistake[part], ja, zh }
}
