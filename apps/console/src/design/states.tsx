// Loading, empty and failed: every view has the three.
import { ApiError } from '@yagura/schema/client'
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import { Command } from './copy.tsx'

/** Grey lines in the shape of what will come. */
export function Skeleton({ lines = 3, className = '' }: { lines?: number; className?: string }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('common.loading')} className={`flex flex-col gap-3 ${className}`}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
        <div key={index} className="skeleton h-4" style={{ width: `${92 - ((index * 29) % 45)}%` }} />
      ))}
    </div>
  )
}

interface EmptyProps {
  readonly title: string
  readonly text?: string
  /** The one command that fills this place. */
  readonly command?: string
  readonly children?: ReactNode
}

export function Empty({ title, text, command, children }: EmptyProps) {
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center gap-2 px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      {text ? <p className="text-sm text-soft">{text}</p> : null}
      {command ? (
        <div className="mt-2 w-full">
          <Command text={command} />
        </div>
      ) : null}
      {children}
    </div>
  )
}

/** One sentence for what went wrong: the server's own where it gave one. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation()
  return (error) => {
    if (!(error instanceof ApiError)) return t('errors.unreachable')
    const { code, detail, hint } = error.problem
    if (code === 'RATE_LIMITED') return t('errors.rateLimited')
    if (code === 'FORBIDDEN') return t('errors.forbidden')
    if (code === 'NOT_FOUND') return t('errors.notFound')
    if (code === 'UNAVAILABLE' || code === 'DATABASE') return t('errors.unavailable')
    return hint ? `${detail} ${hint}` : detail
  }
}

/** A strip above data that is still shown, or the whole place when there is none. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  return (
    <div
      role="alert"
      className="flex items-center gap-2 rounded-md border border-bad/30 bg-bad-soft px-3 py-1.5 text-sm text-bad"
    >
      <CircleAlert size={15} className="shrink-0" aria-hidden="true" />
      <p className="min-w-0 flex-1 wrap-any">{errorText(error)}</p>
      {retry ? (
        <Button look="quiet" onClick={retry} className="h-7! text-bad!">
          {t('common.retry')}
        </Button>
      ) : null}
    </div>
  )
}

/** In the place of one thing that is not there yet: its shape, or why it did not come. */
export function Pending({ error, retry }: { error: unknown; retry: () => void }) {
  if (!error) return <Skeleton lines={8} className="p-4" />
  return (
    <div className="p-4">
      <Failure error={error} retry={retry} />
    </div>
  )
}
