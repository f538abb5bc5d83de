// "Compare with …": chooses another image; other tags of the same repository come first.
import { Link } from '@tanstack/react-router'
import { printValue } from '@yagura/lang'
import type { Asset } from '@yagura/schema'
import { GitCompareArrows } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRows } from '../../data/queries.ts'
import { buttonClass } from '../../design/button.tsx'
import { Popover, popoverItemClass } from '../../design/popover.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { imageRepository, visibleText } from '../../format/text.ts'

const MOST = 50

export function CompareWith({ image }: { image: Asset }) {
  const { t } = useTranslation()
  return (
    <Popover
      label={t('compare.with')}
      nameFromContent
      triggerClass={buttonClass('plain')}
      rootClass="ml-auto"
      trigger={
        <>
          <GitCompareArrows size={15} aria-hidden="true" />
          {t('compare.with')}
        </>
      }
    >
      {(close) => <ImageChoice image={image} onChosen={close} />}
    </Popover>
  )
}

function ImageChoice({ image, onChosen }: { image: Asset; onChosen: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const repository = imageRepository(image.name)
  const siblings = useRows(
    'listAssets',
    { kind: 'image', sort: '-lastSeenAt', filter: `name startswith ${printValue(`${repository}:`)}` },
    { limit: MOST },
  )
  const found = useRows(
    'listAssets',
    { kind: 'image', sort: 'name', ...(text.trim() ? { filter: `name icontains ${printValue(text.trim())}` } : {}) },
    { limit: MOST },
  )
  const isOther = (one: Asset) => one.id !== image.id
  const same = siblings.rows.filter((one) => isOther(one) && one.name.toLowerCase().includes(text.trim().toLowerCase()))
  const others = found.rows.filter((one) => isOther(one) && !same.some(({ id }) => id === one.id))
  return (
    <div className="w-80 max-w-[calc(100vw-2.5rem)]">
      <input
        // biome-ignore lint/a11y/noAutofocus: the panel was opened to choose
        autoFocus
        type="search"
        aria-label={t('compare.search')}
        placeholder={t('compare.search')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="mb-1 h-8 w-full rounded-md border bg-surface px-2.5 text-sm placeholder:text-faint"
      />
      {found.loading ? <Skeleton lines={3} className="p-2" /> : null}
      {found.error ? <Failure error={found.error} retry={found.reload} /> : null}
      <Choices title={t('compare.sameRepository')} images={same} from={image.id} onChosen={onChosen} />
      <Choices title={t('compare.others')} images={others} from={image.id} onChosen={onChosen} />
      {!found.loading && !found.error && same.length + others.length === 0 ? (
        <p className="p-2 text-sm text-soft">{t('compare.noImages')}</p>
      ) : null}
    </div>
  )
}

interface ChoicesProps {
  readonly title: string
  readonly images: readonly Asset[]
  readonly from: string
  readonly onChosen: () => void
}

function Choices({ title, images, from, onChosen }: ChoicesProps) {
  if (images.length === 0) return null
  return (
    <section aria-label={title}>
      <p className="px-2 pt-1.5 pb-0.5 text-xs text-faint">{title}</p>
      <ul>
        {images.map((one) => (
          <li key={one.id}>
            <Link
              to="/images/$id/diff/$other"
              params={{ id: from, other: one.id }}
              title={one.name}
              className={popoverItemClass}
              onClick={onChosen}
            >
              <span className="truncate">{visibleText(one.name)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
