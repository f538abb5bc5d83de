// A technique by its number and name, with the page that explains it.
import { useTranslation } from 'react-i18next'
import { techniqueAddress, techniqueName } from '../../attack/stages.ts'
import { visibleText } from '../../format/text.ts'

export function Technique({ id }: { id: string }) {
  const { t } = useTranslation()
  const name = techniqueName(id)
  const address = techniqueAddress(id)
  const text = (
    <>
      <span className="font-mono">{visibleText(id)}</span>
      {name ? ` ${name}` : ''}
    </>
  )
  if (!address) return <span>{text}</span>
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer nofollow"
      title={t('incidents.explained', { id })}
      className="hover:text-accent hover:underline"
    >
      {text}
    </a>
  )
}
