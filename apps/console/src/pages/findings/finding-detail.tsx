// One finding with its evidence: what, why it is believed, where it lies, what to do.
import { Link } from '@tanstack/react-router'
import type { Finding } from '@yagura/schema'
import { localiseMistake } from '@yagura/schema/mistake-texts'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Badge, State } from '../../design/badge.tsx'
import { ShortId } from '../../design/copy.tsx'
import { linkClass, OutsideLink } from '../../design/link.tsx'
import { Facts, Mono, SectionTitle } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Pending } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { Attacks } from './attacks.tsx'
import { useFindingTitle } from './finding-title.ts'
import { RuntimeEvidence } from './runtime-evidence.tsx'

const MOST_REFERENCES = 30

export function FindingDetail({ id, known }: { id: string; known?: Finding | undefined }) {
  const read = useRead('getFinding', { params: { id } }, { enabled: known === undefined })
  const finding = known ?? read.data
  if (finding) return <FindingEvidence finding={finding} />
  return <Pending error={read.error} retry={() => void read.refetch()} />
}

function FindingEvidence({ finding }: { finding: Finding }) {
  const { t } = useTranslation()
  const titleOf = useFindingTitle()
  const { vulnerability } = finding
  return (
    <article className="flex flex-col gap-5 p-4">
      <header>
        <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <SeverityLabel severity={finding.severity} />
          <State tone={finding.status === 'open' ? 'warn' : 'good'}>{t(`findings.status.${finding.status}`)}</State>
          <span className="text-faint">{t(`findingKinds.${finding.kind}`)}</span>
        </div>
        <h3 className="text-base leading-6 font-semibold wrap-any">{titleOf(finding)}</h3>
        {finding.summary && finding.summary !== finding.title ? (
          <p className="mt-1 text-sm whitespace-pre-line text-soft wrap-any">{visibleText(finding.summary)}</p>
        ) : null}
      </header>

      <section className="rounded-md border bg-canvas p-3">
        <SectionTitle>{t('findings.whatToDo')}</SectionTitle>
        <WhatToDo finding={finding} />
      </section>

      <section>
        <SectionTitle>{t('findings.where')}</SectionTitle>
        <Facts
          facts={[
            {
              name: t('fields.asset'),
              value: (
                <Link to="/assets/$id" params={{ id: finding.assetId }} className={linkClass}>
                  {visibleText(finding.assetName)}
                </Link>
              ),
            },
            finding.runtime
              ? null
              : { name: t('fields.running'), value: t('findings.containers', { count: finding.runningContainers }) },
            vulnerability
              ? {
                  name: t('fields.package'),
                  value: (
                    <>
                      {visibleText(vulnerability.package)} <Mono>{visibleText(vulnerability.version)}</Mono>
                    </>
                  ),
                }
              : null,
            vulnerability ? { name: 'purl', value: <Mono>{visibleText(vulnerability.purl)}</Mono> } : null,
          ]}
        />
      </section>

      <Settled finding={finding} />
      <Attacks finding={finding} />
      <Evidence finding={finding} />

      {vulnerability && vulnerability.aliases.length > 0 ? (
        <section>
          <SectionTitle>{t('findings.aliases')}</SectionTitle>
          <div className="flex flex-wrap gap-1">
            {vulnerability.aliases.map((alias) => (
              <Badge key={alias}>{visibleText(alias)}</Badge>
            ))}
          </div>
        </section>
      ) : null}

      <References addresses={finding.references} />

      <Facts
        facts={[
          { name: t('fields.firstSeenAt'), value: <FullTime at={finding.firstSeenAt} /> },
          { name: t('fields.lastSeenAt'), value: <FullTime at={finding.lastSeenAt} /> },
          finding.resolvedAt ? { name: t('findings.resolvedAt'), value: <FullTime at={finding.resolvedAt} /> } : null,
        ]}
      />
    </article>
  )
}

function WhatToDo({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation()
  const fixedIn = finding.vulnerability?.fixedIn ?? []
  if (finding.secret) return <p className="text-sm">{t('findings.rotate')}</p>
  if (finding.mistake) {
    const { remedy } = localiseMistake(finding.mistake, i18n.language)
    return <p className="text-sm wrap-any">{visibleText(remedy)}</p>
  }
  if (finding.runtime) return <p className="text-sm">{t('findings.judgeRuntime')}</p>
  if (!finding.vulnerability) return <p className="text-sm">{t('findings.judge')}</p>
  if (fixedIn.length === 0) return <p className="text-sm">{t('findings.noFix')}</p>
  return (
    <p className="text-sm wrap-any">
      {t('findings.update', { package: visibleText(finding.vulnerability.package) })}{' '}
      <Mono className="font-semibold text-good">{visibleText(fixedIn.join(', '))}</Mono>
    </p>
  )
}

/** Who says that it does not count, and why. */
function Settled({ finding: { suppression } }: { finding: Finding }) {
  const { t } = useTranslation()
  if (!suppression) return null
  return (
    <section>
      <SectionTitle>{t('findings.suppression')}</SectionTitle>
      <p className="mb-2 text-sm wrap-any">{visibleText(suppression.reason)}</p>
      <p className="text-xs text-faint wrap-any">
        {t(`findings.suppressedBy.${suppression.kind}`)}: {visibleText(suppression.source)}
      </p>
    </section>
  )
}

function SecretEvidence({ secret }: { secret: NonNullable<Finding['secret']> }) {
  const { t } = useTranslation()
  return (
    <>
      <div className="mb-3">
        <Facts
          facts={[
            { name: t('fields.kind'), value: visibleText(secret.kind) },
            { name: t('findings.matched'), value: <Mono>{visibleText(secret.match)}</Mono> },
          ]}
        />
      </div>
      {secret.deletedIn ? (
        <p className="mb-3 text-sm text-warn wrap-any">
          {t('findings.deletedIn')} <ShortId id={secret.deletedIn} />
        </p>
      ) : null}
    </>
  )
}

function Evidence({ finding }: { finding: Finding }) {
  const { t } = useTranslation()
  const { vulnerability } = finding
  return (
    <section>
      <SectionTitle>{t('findings.evidence')}</SectionTitle>
      {vulnerability ? <p className="mb-3 text-sm wrap-any">{visibleText(vulnerability.reason)}</p> : null}
      {finding.secret ? <SecretEvidence secret={finding.secret} /> : null}
      {finding.runtime ? <RuntimeEvidence finding={finding.runtime} /> : null}
      <ul className="flex flex-col gap-1.5">
        {finding.locations.map((location) => (
          <li key={`${location.layer} ${location.path}`} className="flex items-baseline justify-between gap-3">
            <Mono>
              {visibleText(location.path)}
              {finding.secret?.line ? `:${finding.secret.line}` : ''}
            </Mono>
            {location.layer ? (
              <span className="shrink-0 text-xs text-faint">
                {t('findings.layer')} <ShortId id={location.layer} />
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {finding.layerCommand ? (
        <div className="mt-3">
          <p className="mb-1 text-xs text-faint">{t('findings.layerCommand')}</p>
          <pre className="max-h-48 overflow-auto rounded-md border bg-sunken p-2 font-mono text-xs whitespace-pre-wrap wrap-any">
            {visibleText(finding.layerCommand)}
          </pre>
        </div>
      ) : null}
    </section>
  )
}

function References({ addresses }: { addresses: readonly string[] }) {
  const { t } = useTranslation()
  if (addresses.length === 0) return null
  return (
    <section>
      <SectionTitle>{t('findings.references')}</SectionTitle>
      <ul className="flex flex-col gap-1 text-sm">
        {[...new Set(addresses)].slice(0, MOST_REFERENCES).map((address) => (
          <li key={address}>
            <OutsideLink address={address} />
          </li>
        ))}
      </ul>
    </section>
  )
}
