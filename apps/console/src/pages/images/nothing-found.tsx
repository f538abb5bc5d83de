// An empty list of secrets or mistakes: nothing there, or nobody looked.
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Empty } from '../../design/states.tsx'

export function NothingFound({ image, kind }: { image: string; kind: 'secrets' | 'mistakes' }) {
  const { t } = useTranslation()
  const { data, error } = useRead('getImage', { params: { id: image } })
  if (error) return <Empty title={t('image.notScanned')} />
  if (!data) return null
  if (data[kind] === null) return <Empty title={t('image.notLooked')} text={t('image.notLookedText')} />
  return kind === 'secrets' ? (
    <Empty title={t('image.noSecrets')} text={t('image.noSecretsText')} />
  ) : (
    <Empty title={t('image.noMistakes')} text={t('image.noMistakesText')} />
  )
}
