// Facts of an asset, by kind.
import { Link } from '@tanstack/react-router'
import type { Asset, ContainerFacts, HostFacts, ImageFacts, MountFact, PortFact } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../design/badge.tsx'
import { ShortId } from '../../design/copy.tsx'
import { linkClass } from '../../design/link.tsx'
import { Facts, Mono } from '../../design/panel.tsx'
import { FullTime } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { commandLine, visibleText } from '../../format/text.ts'

interface AssetFactListProps {
  readonly asset: Asset
  /** The image a container runs, where it is known. */
  readonly imageId?: string | null | undefined
}

export function AssetFactList({ asset, imageId }: AssetFactListProps) {
  const { facts } = asset
  if (facts.kind === 'host') return <HostFactList facts={facts} asset={asset} />
  if (facts.kind === 'container') return <ContainerFactList facts={facts} imageId={imageId ?? null} />
  if (facts.kind === 'image') return <ImageFactList facts={facts} />
  return null
}

function HostFactList({ facts, asset }: { facts: HostFacts; asset: Asset }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Facts
      facts={[
        { name: t('fields.os'), value: visibleText(facts.os) },
        { name: t('fields.kernel'), value: <Mono>{visibleText(facts.kernel)}</Mono> },
        { name: t('fields.architecture'), value: visibleText(facts.architecture) },
        {
          name: t('host.size'),
          value: t('host.sizeText', { count: facts.cpus, memory: format.bytes(facts.memoryBytes) }),
        },
        { name: t('host.addresses'), value: <Mono>{visibleText(facts.addresses.join(', '))}</Mono> },
        { name: t('host.cgroups'), value: facts.cgroupMode },
        {
          name: t('host.runtimes'),
          value: facts.runtimes.length
            ? facts.runtimes.map(({ runtime, version, endpoint }) => (
                <span key={endpoint} className="block" title={endpoint}>
                  {runtime} {visibleText(version ?? '')}{' '}
                  <span className="text-xs text-faint">{visibleText(endpoint)}</span>
                </span>
              ))
            : t('host.noRuntimes'),
        },
        { name: t('host.bootedAt'), value: <FullTime at={facts.bootedAt} /> },
        { name: t('host.machineId'), value: <ShortId id={facts.machineId} /> },
        { name: t('fields.firstSeenAt'), value: <FullTime at={asset.firstSeenAt} /> },
        { name: t('fields.lastSeenAt'), value: <FullTime at={asset.lastSeenAt} /> },
      ]}
    />
  )
}

function ContainerFactList({ facts, imageId }: { facts: ContainerFacts; imageId: string | null }) {
  const { t } = useTranslation()
  return (
    <Facts
      facts={[
        {
          name: t('fields.image'),
          value: imageId ? (
            <Link to="/assets/$id" params={{ id: imageId }} className={linkClass}>
              {visibleText(facts.imageName ?? t('assetKinds.image'))}
            </Link>
          ) : (
            visibleText(facts.imageName ?? '–')
          ),
        },
        {
          name: t('container.command'),
          value: <Mono>{visibleText(commandLine(facts.commandLine)) || '–'}</Mono>,
        },
        { name: t('fields.user'), value: <UserName user={facts.user} /> },
        { name: t('container.safeguards'), value: <Safeguards facts={facts} /> },
        { name: t('container.capabilities'), value: <Capabilities names={facts.capabilities} /> },
        { name: t('container.mounts'), value: <Mounts mounts={facts.mounts} /> },
        { name: t('container.ports'), value: <Ports ports={facts.ports} /> },
        facts.pod
          ? {
              name: t('fields.pod'),
              value: visibleText(`${facts.pod.namespace}/${facts.pod.name} (${facts.pod.container})`),
            }
          : null,
        {
          name: t('fields.runtime'),
          value: [facts.runtime, facts.namespace]
            .filter(Boolean)
            .map((part) => visibleText(part ?? ''))
            .join(' / '),
        },
        { name: t('container.id'), value: <ShortId id={facts.containerId} /> },
        facts.pid === null ? null : { name: t('container.pid'), value: facts.pid },
        facts.cgroupPath ? { name: t('container.cgroup'), value: <Mono>{visibleText(facts.cgroupPath)}</Mono> } : null,
        facts.startedAt ? { name: t('container.startedAt'), value: <FullTime at={facts.startedAt} /> } : null,
      ]}
    />
  )
}

function UserName({ user }: { user: string }) {
  const { t } = useTranslation()
  const isRoot = user === 'root' || user === '0' || user.startsWith('0:') || user.startsWith('root:')
  return (
    <span className="inline-flex items-center gap-2">
      <Mono>{visibleText(user)}</Mono>
      {isRoot ? <Badge tone="warn">{t('container.root')}</Badge> : null}
    </span>
  )
}

/** Runtimes share these with the host unless told otherwise; the others take an act. */
const USUAL_HOST_NAMESPACES: ReadonlySet<string> = new Set(['user', 'cgroup'])

/** What keeps the container in, and what is missing. */
function Safeguards({ facts }: { facts: ContainerFacts }) {
  const { t } = useTranslation()
  return (
    <span className="flex flex-wrap gap-1">
      {facts.privileged ? <Badge tone="bad">{t('assets.privileged')}</Badge> : null}
      {facts.hostNamespaces.map((namespace) => (
        <Badge key={namespace} tone={USUAL_HOST_NAMESPACES.has(namespace) ? 'neutral' : 'warn'}>
          {t('container.hostNamespace', { namespace })}
        </Badge>
      ))}
      <Badge tone={facts.seccomp === 'filtered' ? 'good' : facts.seccomp === 'unconfined' ? 'warn' : 'neutral'}>
        {t(`container.seccomp.${facts.seccomp}`)}
      </Badge>
      <Badge tone={facts.readOnlyRoot ? 'good' : 'neutral'}>
        {t(facts.readOnlyRoot ? 'container.readOnlyRoot' : 'container.writableRoot')}
      </Badge>
      <Badge tone={facts.noNewPrivileges ? 'good' : 'neutral'}>
        {t(facts.noNewPrivileges ? 'container.noNewPrivileges' : 'container.newPrivileges')}
      </Badge>
    </span>
  )
}

function Capabilities({ names }: { names: readonly string[] }) {
  const { t } = useTranslation()
  if (names.length === 0) return t('container.noCapabilities')
  return (
    <details>
      <summary className="rounded">{t('container.capabilityCount', { count: names.length })}</summary>
      <Mono>{visibleText(names.join(' '))}</Mono>
    </details>
  )
}

function Mounts({ mounts }: { mounts: readonly MountFact[] }) {
  const { t } = useTranslation()
  if (mounts.length === 0) return t('container.noMounts')
  return (
    <details>
      <summary className="rounded">{t('container.mountCount', { count: mounts.length })}</summary>
      <ul className="mt-1 flex flex-col gap-0.5">
        {mounts.map((mount) => (
          <li key={`${mount.destination} ${mount.source}`}>
            <Mono>
              {visibleText(mount.source)} → {visibleText(mount.destination)}
            </Mono>{' '}
            <span className="text-xs text-faint">
              {visibleText(mount.type)} {t(mount.readOnly ? 'container.readOnly' : 'container.writable')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Ports({ ports }: { ports: readonly PortFact[] }) {
  const { t } = useTranslation()
  if (ports.length === 0) return t('container.noPorts')
  return (
    <Mono>
      {ports
        .map(({ containerPort, protocol, hostPort, hostAddress }) =>
          hostPort === null
            ? `${containerPort}/${protocol}`
            : `${visibleText(hostAddress ?? '')}:${hostPort} → ${containerPort}/${protocol}`,
        )
        .join(', ')}
    </Mono>
  )
}

function ImageFactList({ facts }: { facts: ImageFacts }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Facts
      facts={[
        {
          name: t('image.names'),
          value: facts.names.length
            ? facts.names.map((name) => (
                <span key={name} className="block">
                  {visibleText(name)}
                </span>
              ))
            : '–',
        },
        { name: t('image.digest'), value: <ShortId id={facts.digest} /> },
        facts.manifestDigest ? { name: t('image.manifestDigest'), value: <ShortId id={facts.manifestDigest} /> } : null,
        { name: t('image.platform'), value: [facts.os, facts.architecture].filter(Boolean).join('/') },
        facts.sizeBytes === null ? null : { name: t('image.size'), value: format.bytes(facts.sizeBytes) },
        facts.createdAt ? { name: t('image.createdAt'), value: <FullTime at={facts.createdAt} /> } : null,
      ]}
    />
  )
}
