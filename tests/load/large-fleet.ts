// A fleet too large to be sent by agents in a test: 200 nodes and what a year of them leaves, written as rows.
import type { TestPostgres } from '@yagura/store/testing'

export interface FleetSize {
  readonly agents: number
  readonly findings: number
  readonly events: number
  readonly signals: number
  readonly incidents: number
  readonly results: number
  readonly actions: number
}

const CONTAINERS_EACH = 20
const IMAGES = 400
const PACKAGES_EACH = 250

/** Ids of the form that ULIDs have, in the order of `n`. */
const id = (kind: string, n: string) => `'01KZ' || '${kind}' || lpad((${n})::text, 21, '0')`

/** As the superuser, whom row-level security leaves alone: rows name their tenant. */
export async function fillFleet(
  postgres: TestPostgres,
  database: string,
  tenant: string,
  size: FleetSize,
): Promise<void> {
  const run = (sql: string) => postgres.admin(database, `set search_path = yagura; ${sql}`)
  const t = `'${tenant}'`
  await run(`
    insert into agents (tenant_id, id, machine_id, hostname, state, enrolled_at, last_seen_at,
      certificate_serial, certificate_expires_at, health, health_at)
    select ${t}, ${id('A', 'n')}, 'machine-' || n, 'node-' || n, 'healthy', now(), now(), n::text, now() + interval '90 days',
      '{"sensorMode":"ebpf","hooks":[]}', now()
    from generate_series(1, ${size.agents}) n;
    insert into assets (tenant_id, id, key, kind, name, state, facts, first_seen_at, last_seen_at, observed_at, agent_id)
    select ${t}, ${id('H', 'n')}, 'host:machine-' || n, 'host', 'node-' || n, 'running',
      '{"kind":"host","os":"Debian GNU/Linux 12"}', now(), now(), now(), ${id('A', 'n')}
    from generate_series(1, ${size.agents}) n;
    insert into assets (tenant_id, id, key, kind, name, state, facts, first_seen_at, last_seen_at, observed_at, finding_counts,
      worst_severity)
    select ${t}, ${id('J', 'n')}, 'image:sha256:' || n, 'image', 'registry.example/team-' || n % 20 || '/app-' || n || ':1', 'present',
      '{"kind":"image"}', now(), now(), now(), '{"critical":12,"high":40,"medium":73}', 5
    from generate_series(1, ${IMAGES}) n;
    insert into assets (tenant_id, id, key, kind, name, parent_id, parent_key, image_key, container_id, agent_id, state, facts,
      first_seen_at, last_seen_at, observed_at)
    select ${t}, ${id('C', 'n')}, 'container:machine-' || n % ${size.agents} + 1 || '/containerd/c' || n, 'container', 'app-' || n,
      ${id('H', `n % ${size.agents} + 1`)}, 'host:machine-' || n % ${size.agents} + 1, 'image:sha256:' || n % ${IMAGES} + 1, 'c' || n,
      ${id('A', `n % ${size.agents} + 1`)}, case when n % 5 = 0 then 'gone' else 'running' end,
      '{"kind":"container","runtime":"containerd"}', now(), now(), now()
    from generate_series(1, ${size.agents * CONTAINERS_EACH}) n;
    insert into images (tenant_id, asset_id, digest, image, scanned_at, extractor_version, package_count, gap_count)
    select ${t}, ${id('J', 'n')}, 'sha256:' || n, '{}', now(), 1, ${PACKAGES_EACH}, 0 from generate_series(1, ${IMAGES}) n;
    insert into packages (tenant_id, id, image_id, name, version, type, purl, licenses, locations, findings, worst_severity)
    select ${t}, ${id('P', `i * ${PACKAGES_EACH} + p`)}, ${id('J', 'i')}, 'package-' || p, '1.' || i % 7, 'deb', 'pkg:deb/debian/package-' || p, '[]', '[]',
      p % 3, case when p % 3 = 0 then null else p % 6 end
    from generate_series(1, ${IMAGES}) i, generate_series(1, ${PACKAGES_EACH}) p;
    insert into findings (tenant_id, id, identity, kind, asset_id, title, severity, status, vulnerability_id, verdict, package_name,
      package_version, package_type, fixable, vulnerability, reference_urls, locations, first_seen_at, last_seen_at, kev_added_at,
      epss, check_name)
    select ${t}, ${id('F', 'n')}, n::text, case when n % 50 = 0 then 'mistake' else 'vulnerability' end, ${id('J', `n % ${IMAGES} + 1`)},
      'CVE-2026-' || n % 4000 || ': something is wrong', case n % 100 when 0 then 5 else n % 5 end,
      case when n % 10 = 0 then 'resolved' else 'open' end, 'CVE-2026-' || n % 4000, 'affected', 'package-' || n % 250, '1.0', 'deb',
      n % 2 = 0, '{"fixedIn":["2.0"]}', '[]', '[]', now() - n * interval '1 minute', now(), case when n % 500 = 0 then now() end,
      n % 1000 / 1000.0, case when n % 50 = 0 then 'root-user' end
    from generate_series(1, ${size.findings}) n;`)
  await run(`
    insert into signals (tenant_id, id, agent_id, asset_id, at, rule, grade, severity, technique, tactic, source, exe, body)
    select ${t}, ${id('S', 'n')}, ${id('A', `n % ${size.agents} + 1`)}, ${id('C', `n % ${size.agents * CONTAINERS_EACH} + 1`)},
      now() - n * interval '10 seconds', 'rule-' || n % 200, (array['weak','medium','strong'])[n % 3 + 1], n % 6, 'T1059',
      (array['execution','discovery','impact','persistence'])[n % 4 + 1], 'syscall', '/bin/tool-' || n % 50, '{}'
    from generate_series(1, ${size.signals}) n;
    insert into incidents (tenant_id, id, agent_id, revision, report, title, severity, score, steps, tactics, asset_keys, containable,
      state, owner, opened_at, updated_at)
    select ${t}, ${id('N', 'n')}, ${id('A', `n % ${size.agents} + 1`)}, 1, jsonb_build_object('title', jsonb_build_object('en', 'Attack ' || n % 60),
        'assetKeys', jsonb_build_array('container:machine-1/containerd/c' || n % 4000 + 1), 'steps', '[]'::jsonb, 'stepsLeftOut', 0),
      'Attack ' || n % 60, n % 6, n % 30, n % 12, array['execution'],
      array['container:machine-' || n % ${size.agents} + 1 || '/containerd/c' || n % ${size.agents * CONTAINERS_EACH} + 1], n % 2 = 0,
      case when n % 4 = 0 then 'open' else 'closed' end, case when n % 3 = 0 then 'ann' end, now() - n * interval '7 minutes', now() - n * interval '5 minutes'
    from generate_series(1, ${size.incidents}) n;
    insert into response_actions (tenant_id, id, agent_id, incident_id, container_id, kind, state, decided_by, requested_at, body)
    select ${t}, ${id('R', 'n')}, ${id('A', `n % ${size.agents} + 1`)}, ${id('N', `n % ${size.incidents} + 1`)}, 'c' || n % ${size.agents * CONTAINERS_EACH} + 1,
      'freeze', 'done', 'policy:contain', now() - n * interval '3 minutes', '{}'
    from generate_series(1, ${size.actions}) n;
    insert into check_results (tenant_id, id, agent_id, asset_id, check_name, resource, target, product, title, severity, verdict, controls,
      observed_at, changed_at, judged, body, seen_verdict, seen_severity)
    select ${t}, ${id('K', 'n')}, ${id('A', `n % ${size.agents} + 1`)}, ${id('H', `n % ${size.agents} + 1`)}, 'HOST-' || n / ${size.agents},
      'node-' || n % ${size.agents} + 1, 'host', 'linux', 'Something should be otherwise', n % 6, (array['pass','pass','pass','fail','error'])[n % 5 + 1],
      'cis-linux:' || n % 90, now(), now() - n * interval '1 minute', 'pass', '{}', (array['pass','pass','pass','fail','error'])[n % 5 + 1], n % 6
    from generate_series(1, ${size.results}) n;
    insert into compliance_views values (${t}, '', current_date) on conflict do nothing;`)
  const days = 10
  for (let day = 0; day < days; day++)
    await run(`
      insert into events (tenant_id, at, agent_id, event_id, type, asset_id, container_id, command, exe, body)
      select ${t}, date_trunc('day', now()) - interval '${day} days' + n * (interval '24 hours' / ${Math.ceil(size.events / days) + 1}) * (case when ${day} = 0 then extract(epoch from now() - date_trunc('day', now())) / 86400 else 1 end),
        ${id('A', `n % ${size.agents} + 1`)}, 'd${day}.' || n, (array['exec','exec','exit','connect'])[n % 4 + 1],
        ${id('C', `n % ${size.agents * CONTAINERS_EACH} + 1`)}, 'c' || n % ${size.agents * CONTAINERS_EACH} + 1, 'tool-' || n % 50, '/bin/tool-' || n % 50,
        jsonb_build_object('type', 'exec', 'args', jsonb_build_array('tool', n::text), 'pid', n % 30000, 'containerId', 'c1')
      from generate_series(1, ${Math.ceil(size.events / days)}) n;`)
  await run('analyze')
}
