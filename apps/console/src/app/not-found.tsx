// An address that leads nowhere.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { linkClass } from '../design/link.tsx'
import { useTitle } from '../design/page.tsx'

export function NotFoundPage() {
  const { t } = useTranslation()
  useTitle(t('notFound.title'))
  return (
    <main className="grid h-full place-items-center">
      <div className="flex max-w-lg flex-col items-center gap-2 p-6 text-center">
        <h1 className="text-xl font-semibold">{t('notFound.title')}</h1>
        <p className="text-soft">{t('notFound.text')}</p>
        <Link to="/" className={linkClass}>
          {t('nav.overview')}
        </Link>
      </div>
    </main>
  )
}
