// A count, and the word "about" when it is not exact.
import { useTranslation } from 'react-i18next'
import { useFormat } from './use-format.ts'

export function Count({ value, exact = true }: { value: number; exact?: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  return <>{exact ? format.count(value) : t('common.about', { count: format.count(value) as never })}</>
}
