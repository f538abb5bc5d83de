// Who is signed in, and how this browser shows things.
import type { Session } from '@yagura/schema'
import { ChevronsUpDown, Keyboard, LogOut } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { signOut } from '../data/session.ts'
import { Popover, popoverItemClass } from '../design/popover.tsx'
import { Segmented } from '../design/segmented.tsx'
import { useErrorText } from '../design/states.tsx'
import { showToast } from '../design/toast.tsx'
import { visibleText } from '../format/text.ts'
import { DENSITIES, LANGUAGES, setPreferences, THEMES, usePreferences } from '../preferences/preferences.ts'

/** Languages are named in their own language, always. */
const LANGUAGE_NAMES = { en: 'English', ja: '日本語', zh: '中文' } as const

interface SessionMenuProps {
  readonly session: Session
  readonly onHelp: () => void
  readonly side: 'above' | 'below'
}

export function SessionMenu({ session, onHelp, side }: SessionMenuProps) {
  const { t } = useTranslation()
  const { user, tenant } = session
  const initial = (
    <span
      aria-hidden="true"
      className="grid size-6 shrink-0 place-items-center rounded-full bg-chosen text-xs font-semibold text-accent uppercase"
    >
      {[...user.name][0]}
    </span>
  )
  return (
    <Popover
      label={t('session.name')}
      side={side}
      nameFromContent={side === 'above'}
      align={side === 'above' ? 'start' : 'end'}
      triggerClass={
        side === 'above'
          ? 'flex h-10 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover'
          : 'grid size-10 place-items-center'
      }
      trigger={
        side === 'above' ? (
          <>
            {initial}
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm leading-4 font-medium">{visibleText(user.name)}</span>{' '}
              <span className="block truncate text-2xs leading-4 text-faint">{t(`roles.${user.role}`)}</span>
            </span>
            <span className="sr-only">{t('session.name')}</span>
            <ChevronsUpDown size={14} aria-hidden="true" className="text-faint" />
          </>
        ) : (
          initial
        )
      }
    >
      {(close) => (
        <div className="w-64">
          <p className="truncate px-2 pt-1.5 text-sm font-medium">{visibleText(user.name)}</p>
          <p className="truncate px-2 pb-2 text-xs text-faint">
            {t(`roles.${user.role}`)} · {visibleText(tenant.name)}
          </p>
          <Choices />
          <div className="mt-2 border-t pt-1">
            <button
              type="button"
              className={popoverItemClass}
              onClick={() => {
                close()
                onHelp()
              }}
            >
              <Keyboard size={15} aria-hidden="true" className="text-faint" />
              {t('shortcuts.title')}
            </button>
            <SignOutButton />
          </div>
        </div>
      )}
    </Popover>
  )
}

function SignOutButton() {
  const { t } = useTranslation()
  const errorText = useErrorText()
  async function leave(): Promise<void> {
    try {
      await signOut()
    } catch (error) {
      showToast(errorText(error))
    }
  }
  return (
    <button type="button" className={popoverItemClass} onClick={() => void leave()}>
      <LogOut size={15} aria-hidden="true" className="text-faint" />
      {t('session.signOut')}
    </button>
  )
}

function Choices() {
  const { t } = useTranslation()
  const preferences = usePreferences()
  return (
    <div className="flex flex-col gap-2.5 px-2">
      <Segmented
        label={t('preferences.language')}
        value={preferences.language}
        options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value] }))}
        onChange={(language) => setPreferences({ language })}
      />
      <Segmented
        label={t('preferences.theme')}
        value={preferences.theme}
        options={THEMES.map((value) => ({ value, text: t(`preferences.themes.${value}`) }))}
        onChange={(theme) => setPreferences({ theme })}
      />
      <Segmented
        label={t('preferences.density')}
        value={preferences.density}
        options={DENSITIES.map((value) => ({ value, text: t(`preferences.densities.${value}`) }))}
        onChange={(density) => setPreferences({ density })}
      />
      <label className="block">
        <span className="mb-1 block text-xs text-faint">{t('preferences.timeZone')}</span>
        <select
          value={preferences.timeZone}
          onChange={(event) => setPreferences({ timeZone: event.target.value })}
          className="h-8 w-full rounded-md border bg-surface px-2 text-sm"
        >
          <option value="">
            {t('preferences.localZone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
          </option>
          <option value="UTC">UTC</option>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
