// What is known of attacks with a vulnerability: seen, estimated and judged are told apart.
import type { Exploitation, Finding } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../design/badge.tsx'
import { type Fact, Facts, SectionTitle } from '../../design/panel.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'

const KEV = 'KEV'

/** In the catalogue of known exploited vulnerabilities. */
export function KevBadge({ known }: { known: Exploitation['kev'] }) {
  const { t } = useTranslation()
  if (!known) return null
  return (
    <Badge tone="bad" title={`${t('findings.kevSince')} ${known.addedOn}`}>
      {KEV}
    </Badge>
  )
}

export function EpssScore({ known }: { known: Exploitation['epss'] }) {
  const format = useFormat()
  return known ? <span>{format.share(known.score01, 1)}</span> : <span className="text-faint">–</span>
}

export function Attacks({ finding }: { finding: Finding }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { kev, epss, ssvc } = finding.vulnerability ?? {}
  if (!kev && !epss && !ssvc) return null
  const facts: (Fact | null)[] = [
    kev
      ? {
          name: KEV,
          value: (
            <>
              <span className="font-semibold text-bad">{t('findings.kevTitle')}</span>
              <br />
              {t('findings.kevSince')} {visibleText(kev.addedOn)}
              {kev.isUsedByRansomware ? ` · ${t('findings.ransomware')}` : ''}
              {kev.dueOn ? ` · ${t('findings.kevDue')} ${visibleText(kev.dueOn)}` : ''}
            </>
          ),
        }
      : null,
    epss
      ? {
          name: 'EPSS',
          value: t('findings.epssOf', {
            score: format.share(epss.score01, 1),
            percentile: format.share(epss.percentile01, 1),
          }),
        }
      : null,
    ssvc
      ? {
          name: t('findings.ssvc'),
          value: [
            ssvc.exploitation &&
              t('findings.ssvcExploitation', { value: t(`facetValues.exploitation.${ssvc.exploitation}`) }),
            ssvc.automatable && t('findings.ssvcAutomatable', { value: t(`findings.ssvcValues.${ssvc.automatable}`) }),
            ssvc.technicalImpact &&
              t('findings.ssvcImpact', { value: t(`findings.ssvcValues.${ssvc.technicalImpact}`) }),
          ]
            .filter(Boolean)
            .join(' · '),
        }
      : null,
  ]
  return (
    <section>
      <SectionTitle>{t('findings.attacks')}</SectionTitle>
      <Facts facts={facts} />
    </section>
  )
}
