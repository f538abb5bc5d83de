// What a line of the queue says: what it is about, and what to do about it first.
import type { Overview } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { useFindingTitle } from '../findings/finding-title.ts'

export type Line = Overview['queue'][number]

export function useLineTitle(): (line: Line) => string {
  const { t } = useTranslation()
  const localised = useLocalised()
  const findingTitle = useFindingTitle()
  return (line) => {
    const { kind, title, titles, code, check, path } = line
    if (titles) return localised(titles)
    if (kind === 'agent') return t('overview.agentSilent')
    if (kind === 'coverage-gap' && code)
      return t(`gapCodes.${code}` as 'gapCodes.AGENT_SILENT', { defaultValue: visibleText(title) })
    if (code === 'secret' && check && path) return findingTitle({ title, secret: { kind: check, path } })
    if (code === 'mistake' && check)
      return findingTitle({ title, mistake: { check, title: ownTitle(title, path), path: path ?? null } })
    return visibleText(title)
  }
}

/** Titles of mistakes end with the file that they are about. */
function ownTitle(title: string, path: string | undefined): string {
  return path !== undefined && title.endsWith(`: ${path}`) ? title.slice(0, -path.length - 2) : title
}

export function useLineAdvice(): (line: Line) => string {
  const { t } = useTranslation()
  return (line) => {
    const { kind, code, fixedIn, why = [] } = line
    switch (kind) {
      case 'incident':
        if (why.includes('contained')) return t('overview.todo.judge')
        return t(why.includes('unowned') ? 'overview.todo.take' : 'overview.todo.follow')
      case 'drift':
        return t('overview.todo.drift')
      case 'agent':
        return t('overview.todo.agent')
      case 'coverage-gap':
        return t('overview.todo.gap')
      default:
        if (code === 'secret') return t('overview.todo.secret')
        if (code === 'mistake') return t('overview.todo.mistake')
        if (code !== 'vulnerability') return t('overview.todo.look')
        if (!fixedIn?.length) return t('overview.todo.noFix')
        return t('overview.todo.update', { version: visibleText(fixedIn.join(', ')) })
    }
  }
}
