// What stands in place of a list of assets that is empty.
import type { AssetKind } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Empty } from '../../design/states.tsx'

export function NoAssets({ kind }: { kind: AssetKind }) {
  const { t } = useTranslation()
  if (kind === 'container' || kind === 'image')
    return <Empty title={t('assets.noContainers')} text={t('assets.noContainersText')} />
  return <Empty title={t('assets.none')} text={t('assets.noneText')} command="yagura agent token" />
}
