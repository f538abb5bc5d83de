// The exact change that would make a check pass, as a diff or a command. Shown and copied, never applied.
import type { Remediation, StoredCheckResult } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Command, CopyButton } from '../../design/copy.tsx'
import { Mono } from '../../design/panel.tsx'
import { visibleText } from '../../format/text.ts'
import { type DiffLine, lineDiff } from './line-diff.ts'

export function RemediationView({ remediation }: { remediation: Remediation }) {
  const { t } = useTranslation()
  const { kind, place, before, after } = remediation
  return (
    <div className="flex flex-col gap-2">
      {place ? <Mono className="text-soft">{visibleText(place)}</Mono> : null}
      {kind === 'command' && before === null ? (
        <Command text={visibleText(after)} />
      ) : kind === 'text' && before === null ? (
        <p className="text-sm whitespace-pre-line wrap-any">{visibleText(after)}</p>
      ) : (
        <div className="relative">
          <Diff lines={lineDiff(before ?? '', after)} />
          <div className="absolute top-1 right-1">
            <CopyButton text={after} label={t('compliance.copyChange')} />
          </div>
        </div>
      )}
    </div>
  )
}

/** The remedy says no more than the words of the check. */
export function isInWords({ remediation, fix }: StoredCheckResult): boolean {
  return remediation?.kind === 'text' && remediation.after === fix?.en
}

const SIGNS = { same: ' ', removed: '-', added: '+' } as const
const TONES = { same: 'text-soft', removed: 'bg-bad-soft text-bad', added: 'bg-good-soft text-good' } as const

/** Sign, colour and a word for those who hear it. */
export function Diff({ lines }: { lines: readonly DiffLine[] }) {
  const { t } = useTranslation()
  return (
    <ol className="overflow-hidden rounded-md border bg-sunken py-1 font-mono text-xs">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity and never move
        <li key={index} className={`flex gap-2 pr-10 pl-2 ${TONES[line.kind]}`}>
          <span aria-hidden="true" className="select-none">
            {SIGNS[line.kind]}
          </span>
          {line.kind === 'same' ? null : <span className="sr-only">{t(`compliance.lines.${line.kind}`)}</span>}
          <span className="min-w-0 flex-1 whitespace-pre-wrap wrap-any">{visibleText(line.text)}</span>
        </li>
      ))}
    </ol>
  )
}
