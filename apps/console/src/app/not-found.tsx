// An address that leads nowhere.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { linkClass } from '../design/link.tsx'
import { useTitle } from '../design/page.tsx'
import { Empty } from '../design/states.tsx'

export function NotFoundPage() {
  const { t } = useTranslation()
  useTitle(t('notFound.title'))
  return (
    <main className="grid h-full place-items-center">
      <Empty title={t('notFound.title')} text={t('notFound.text')}>
        <Link to="/" className={linkClass}>
          {t('nav.overview')}
        </Link>
      </Empty>
    </main>
  )
}
