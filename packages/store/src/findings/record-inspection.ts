// Secrets and mistakes of an image, which its report brings: findings with their evidence. What is shown of a secret is masked on the node.
import { createHash } from 'node:crypto'
import { newId } from '@yagura/kernel'
import type { ImageReport, MistakeFinding, SecretFinding } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import type { Tx } from '../store.ts'
import { type FindingRow, writeFindings } from './write-findings.ts'

/** A report in which nobody looked for them leaves what is known as it is. */
export async function recordInspection(tx: Tx, assetId: string, report: ImageReport, now: Date): Promise<void> {
  const { secrets, mistakes, image } = report
  if (secrets) await write(tx, assetId, 'secret', secrets.map(secretRow), now)
  if (!mistakes) return
  const commands = new Map(image.layers.map((layer) => [layer.diffId, layer.createdBy]))
  await write(
    tx,
    assetId,
    'mistake',
    mistakes.map((mistake) => mistakeRow(mistake, (mistake.layer && commands.get(mistake.layer)) || null)),
    now,
  )
}

async function write(tx: Tx, assetId: string, kind: 'secret' | 'mistake', all: readonly FindingRow[], now: Date) {
  const rows = [...new Map(all.map((row) => [row.identity, row])).values()]
  const looked = kind === 'secret' ? { is_searched_for_secrets: true } : { is_searched_for_mistakes: true }
  await tx.updateTable('images').set(looked).where('asset_id', '=', assetId).execute()
  await writeFindings(tx, { assetId, kinds: [kind], rows, now })
}

function secretRow(secret: SecretFinding): FindingRow {
  const { kind, path, line, layer, match, severity, createdBy } = secret
  return {
    id: newId(),
    identity: identityOf('secret', kind, path, line, layer, match),
    kind: 'secret',
    title: `${kind} in ${path}`,
    severity: severityRank(severity),
    status: 'open',
    evidence: secret,
    check_name: kind,
    path,
    locations: [{ path, layer }],
    layer_command: createdBy,
  }
}

function mistakeRow(mistake: MistakeFinding, command: string | null): FindingRow {
  const { check, title, message, path, layer, severity } = mistake
  return {
    id: newId(),
    identity: identityOf('mistake', check, path, layer, message),
    kind: 'mistake',
    title: path === null ? title : `${title}: ${path}`,
    severity: severityRank(severity),
    status: 'open',
    evidence: mistake,
    check_name: check,
    path,
    summary: message,
    locations: path === null ? [] : [{ path, layer }],
    layer_command: command,
  }
}

/** A path is longer than an index row may be. */
function identityOf(kind: string, ...parts: readonly unknown[]): string {
  return `${kind} ${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}
