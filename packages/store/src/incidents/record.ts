// What agents say of attacks, as it comes: signals once, incidents by revision, actions by their last state.
import { newId } from '@yagura/kernel'
import type { IncidentReport, ResponseAction, RuntimeFinding, Signal } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { sql } from 'kysely'
import { addFindings } from '../findings/write-findings.ts'
import { assetsByKey } from '../inventory/assets-by-key.ts'
import type { AssetsOfAgent } from '../inventory/record-assets.ts'
import type { Tx } from '../store.ts'
import { notAfter } from '../time.ts'

export async function recordSignals(tx: Tx, signals: readonly Signal[], from: AssetsOfAgent): Promise<void> {
  if (signals.length === 0) return
  const assets = await assetsByKey(
    tx,
    signals.map((signal) => signal.assetKey),
  )
  const rows = signals.map((signal) => ({
    id: signal.id,
    asset_id: assets.get(signal.assetKey)?.id ?? null,
    at: notAfter(signal.at, from.receivedAt),
    rule: signal.rule,
    grade: signal.grade,
    severity: severityRank(signal.severity),
    technique: signal.technique,
    tactic: signal.tactic,
    source: signal.source,
    exe: signal.process?.exe ?? null,
    chain_id: signal.chainId,
    body: signal,
  }))
  await sql`insert into signals (id, agent_id, asset_id, at, rule, grade, severity, technique, tactic, source, exe, chain_id, body)
    select r.id, ${from.agentId}, r.asset_id, r.at, r.rule, r.grade, r.severity, r.technique, r.tactic, r.source, r.exe,
      r.chain_id, r.body
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, asset_id text, at timestamptz, rule text, grade text,
      severity smallint, technique text, tactic text, source text, exe text, chain_id text, body jsonb)
    on conflict (id) do nothing`.execute(tx)
}

/** A later revision replaces an earlier one; state, owner and verdict stay. New steps after closing open it again. */
export async function recordIncidents(
  tx: Tx,
  reports: readonly IncidentReport[],
  from: AssetsOfAgent,
): Promise<string[]> {
  const opened: string[] = []
  for (const report of reports) {
    const row = {
      revision: report.revision,
      report: JSON.stringify(report),
      title: report.title.en,
      severity: severityRank(report.severity),
      score: report.score,
      steps: report.steps.length + report.stepsLeftOut,
      tactics: [...new Set(report.steps.map((step) => step.tactic))],
      asset_keys: report.assetKeys,
      containable: report.containable,
      merged_into: report.mergedInto,
      updated_at: notAfter(report.updatedAt, from.receivedAt),
    }
    const { rows } = await sql<{ is_new: boolean; state: string }>`
      insert into incidents as known (id, agent_id, revision, report, title, severity, score, steps, tactics, asset_keys,
        containable, merged_into, state, opened_at, updated_at)
      values (${report.id}, ${from.agentId}, ${row.revision}, ${row.report}::jsonb, ${row.title}, ${row.severity}, ${row.score},
        ${row.steps}, ${row.tactics}::text[], ${row.asset_keys}::text[], ${row.containable}, ${row.merged_into},
        ${report.mergedInto === null ? 'open' : 'closed'}, ${notAfter(report.openedAt, from.receivedAt)}, ${row.updated_at})
      on conflict (id) do update set revision = excluded.revision, report = excluded.report, title = excluded.title,
        severity = excluded.severity, score = excluded.score, steps = excluded.steps, tactics = excluded.tactics,
        asset_keys = excluded.asset_keys, containable = excluded.containable, merged_into = excluded.merged_into,
        updated_at = excluded.updated_at,
        state = case when excluded.merged_into is not null then 'closed'
          when known.state = 'closed' and excluded.steps > known.steps
            and known.verdict is distinct from 'false-alarm' and known.verdict is distinct from 'benign-expected' then 'open'
          else known.state end
      where known.agent_id = excluded.agent_id and known.revision < excluded.revision
      returning known.xmax = 0 as is_new, known.state`.execute(tx)
    if (rows[0]?.is_new && rows[0].state === 'open') opened.push(report.id)
  }
  return opened
}

/** Medium observations: one finding for each rule and program of an asset, seen again rather than listed again. */
export async function recordRuntimeFindings(
  tx: Tx,
  findings: readonly RuntimeFinding[],
  from: AssetsOfAgent,
): Promise<void> {
  const assets = await assetsByKey(
    tx,
    findings.map((finding) => finding.assetKey),
  )
  for (const [key, asset] of assets) {
    const own = findings.filter((finding) => finding.assetKey === key)
    const rows = own.map((finding) => ({
      id: newId(),
      identity: `runtime ${finding.rule} ${finding.process?.exe.slice(0, 400) ?? ''}`,
      kind: 'runtime' as const,
      title: finding.sentence.en,
      severity: severityRank(finding.severity),
      status: 'open' as const,
      evidence: finding,
      check_name: finding.rule,
      path: finding.process?.exe ?? null,
      locations: [],
    }))
    const latest = [...new Map(rows.map((row) => [row.identity, row])).values()]
    await addFindings(tx, { assetId: asset.id, rows: latest, now: from.receivedAt })
  }
}

export async function recordActions(tx: Tx, actions: readonly ResponseAction[], from: AssetsOfAgent): Promise<void> {
  for (const action of actions)
    await sql`insert into response_actions as known (id, agent_id, incident_id, container_id, kind, state, decided_by, requested_at, body)
      values (${action.id}, ${from.agentId}, ${action.incidentId}, ${action.containerId}, ${action.kind}, ${action.state},
        ${action.decidedBy}, ${notAfter(action.requestedAt, from.receivedAt)}, ${JSON.stringify(action)}::jsonb)
      on conflict (id) do update set state = excluded.state, body = excluded.body
      where known.agent_id = excluded.agent_id`.execute(tx)
}

export async function forgetOldSignals(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('signals').where('at', '<', before).execute()
}
