// What a finding is called, in the reader's language where what is said is ours: the product, not its feeds, names secrets and mistakes.
import type { Finding } from '@yagura/schema'
import { localiseMistake } from '@yagura/schema/mistake-texts'
import { useTranslation } from 'react-i18next'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'

interface Named extends Pick<Finding, 'title'>, Partial<Pick<Finding, 'runtime'>> {
  readonly secret?: { readonly kind: string; readonly path: string } | null
  readonly mistake?: { readonly check: string; readonly title: string; readonly path: string | null } | null
}

export function useFindingTitle(): (finding: Named) => string {
  const { t, i18n } = useTranslation()
  const localised = useLocalised()
  return ({ title, runtime, secret, mistake }) => {
    if (runtime) return localised(runtime.sentence)
    if (secret) return t('findings.secretTitle', { kind: visibleText(secret.kind), path: visibleText(secret.path) })
    if (!mistake) return visibleText(title)
    const own = localiseMistake({ ...mistake, remedy: '' }, i18n.language).title
    return visibleText(mistake.path === null ? own : `${own}: ${mistake.path}`)
  }
}
