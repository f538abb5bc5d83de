// Webhooks, and what waits to be told. The database queues it by itself, in the transaction that opens an incident or notes that a check
// turned: no way of writing can forget to tell, and nothing is told that was not kept.
import { tenantPolicy } from './0002-tenants-apart.ts'
import type { Migration } from './migration.ts'

const TENANT = `tenant_id text not null default current_setting('yagura.tenant')`
/** So much may wait for one webhook; what comes on top is counted and left out. */
const MAX_WAITING = 1000

export const webhooks: Migration = {
  name: '0010-webhooks',
  statements: [
    `create table webhooks (
      ${TENANT}, id text collate "C" primary key,
      name text not null,
      /* address and secret, sealed */
      host text not null,
      sealed bytea not null,
      topics text[] not null,
      least_severity smallint not null,
      created_at timestamptz not null,
      created_by text not null,
      next_attempt_at timestamptz not null,
      failures integer not null default 0,
      last_delivered_at timestamptz,
      last_failure text,
      dropped integer not null default 0
    )`,
    `create table notifications (
      ${TENANT}, id bigint generated always as identity primary key,
      webhook_id text collate "C" not null references webhooks on delete cascade,
      topic text not null,
      subject_id text not null,
      queued_at timestamptz not null default now()
    )`,
    `create index notifications_waiting on notifications (tenant_id, webhook_id, id)`,
    ...['webhooks', 'notifications'].flatMap(tenantPolicy),
    `create function queue_notification(about text, subject text, how_severe integer, before integer) returns void language sql as $$
      with wanted as (
        select w.id, (select count(*) from notifications n where n.webhook_id = w.id) as waiting
        from webhooks w where about = any(w.topics) and how_severe >= w.least_severity and before < w.least_severity
      ), full_ones as (
        update webhooks set dropped = dropped + 1 where id in (select id from wanted where waiting >= ${MAX_WAITING})
      )
      insert into notifications (webhook_id, topic, subject_id)
      select id, about, subject from wanted where waiting < ${MAX_WAITING}
    $$`,
    `create function tell_incident() returns trigger language plpgsql as $$ begin
      perform queue_notification('incident', new.id, new.severity, -1);
      return null;
    end $$`,
    `create trigger tell_opened after insert on incidents for each row when (new.state = 'open') execute function tell_incident()`,
    `create trigger tell_opened_again after update of state on incidents for each row
      when (old.state = 'closed' and new.state = 'open') execute function tell_incident()`,
    // one that was too slight to tell and is not any more
    `create function tell_worse_incident() returns trigger language plpgsql as $$ begin
      perform queue_notification('incident', new.id, new.severity, old.severity);
      return null;
    end $$`,
    `create trigger tell_worse after update of severity on incidents for each row
      when (old.state <> 'closed' and new.state <> 'closed' and new.severity > old.severity) execute function tell_worse_incident()`,
    `create function tell_drift() returns trigger language plpgsql as $$ begin
      perform queue_notification('drift', new.id, coalesce((select max(coalesce(k.seen_severity, k.severity)) from check_results k
        where k.agent_id = new.agent_id and k.check_name = new.check_name and k.resource = new.resource), 0), -1);
      return null;
    end $$`,
    `create trigger tell_turned after insert on compliance_transitions for each row
      when (new.was is not null and new.became = 'fail') execute function tell_drift()`,
  ],
}
