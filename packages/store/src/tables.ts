// The tables as Kysely sees them. tenant_id is left out on purpose: the database fills it and checks it.
import type {
  AgentCommand,
  AgentHealth,
  AssetFacts,
  Baseline,
  CheckResult,
  Image,
  IncidentReport,
  Layer,
  OperatingSystem,
  ResponseAction,
  Signal,
  SoftwarePackage,
  StoredEvent,
} from '@yagura/schema'
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

type Time = ColumnType<Date, Date | string, Date | string>
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Json<T> = JSONColumnType<T & object, string, string>

export interface Tables {
  tenants: { id: string; name: string; created_at: Time }
  users: { id: string; name: string; role: string; created_at: Time; last_sign_in_at: OptionalTime }
  sign_in_tokens: { hash: Buffer; user_id: string; expires_at: Time; used_at: OptionalTime }
  sessions: { hash: Buffer; user_id: string; created_at: Time; expires_at: Time }
  api_tokens: {
    id: string
    hash: Buffer
    name: string
    role: string
    created_at: Time
    created_by: string
    last_used_at: OptionalTime
    expires_at: Time
  }
  enrolment_tokens: {
    hash: Buffer
    created_at: Time
    created_by: string
    expires_at: Time
    used_at: OptionalTime
    agent_id: string | null
  }
  audit_log: {
    id: string
    at: Time
    actor: string
    action: string
    target: string
    outcome: string
    address: string | null
    detail: string | null
  }
  agents: {
    id: string
    machine_id: string
    hostname: string
    state: string
    enrolled_at: Time
    last_seen_at: OptionalTime
    certificate_serial: string
    previous_serial: string | null
    certificate_expires_at: Time
    clock_skew_ms: number | null
    health: Json<AgentHealth> | null
    health_at: OptionalTime
    goodbye_at: OptionalTime
    silence_incident: ColumnType<string | null, string | null | undefined, string | null>
  }
  agent_batches: { agent_id: string; boot: string; seq: number; received_at: Time; items: number }
  assets: {
    id: string
    key: string
    kind: string
    name: string
    parent_id: string | null
    parent_key: string | null
    image_key: string | null
    container_id: string | null
    agent_id: string | null
    state: string
    facts: Json<AssetFacts>
    first_seen_at: Time
    last_seen_at: Time
    observed_at: Time
    finding_counts: Generated<Record<string, number>>
    fixable_findings: Generated<number>
    worst_severity: number | null
  }
  sightings: { agent_id: string; asset_id: string; observed_at: Time }
  images: {
    asset_id: string
    digest: string
    image: Json<Omit<Image, 'layers'>>
    operating_system: Json<OperatingSystem> | null
    scanned_at: Time
    extractor_version: number
    package_count: number
    gap_count: number
    matched_with: string | null
    is_searched_for_secrets: Generated<boolean>
    is_searched_for_mistakes: Generated<boolean>
  }
  image_layers: { asset_id: string; position: number; diff_id: string; layer: Json<Layer> }
  packages: {
    id: string
    image_id: string
    name: string
    version: string
    type: string
    purl: string
    architecture: string | null
    source: Json<NonNullable<SoftwarePackage['source']>> | null
    licenses: Json<string[]>
    locations: Json<SoftwarePackage['locations']>
    layer: string | null
    owned_by: Json<NonNullable<SoftwarePackage['ownedBy']>> | null
    vendor: string | null
    module: string | null
    worst_severity: number | null
    findings: Generated<number>
  }
  findings: {
    id: string
    identity: string
    kind: string
    asset_id: string
    package_id: string | null
    title: string
    severity: number
    status: string
    vulnerability_id: string | null
    first_seen_at: Time
    last_seen_at: Time
    resolved_at: OptionalTime
  }
  coverage_gaps: {
    id: string
    agent_id: string
    origin: string
    identity: Buffer
    code: string
    scope: string
    subject: string
    reason: string
    remedy: string | null
    count: number
    first_seen_at: Time
    last_seen_at: Time
    resolved_at: OptionalTime
  }
  events: {
    at: Time
    agent_id: string
    event_id: string
    arrival: Generated<string>
    type: string
    asset_id: string | null
    container_id: string | null
    command: string
    exe: string
    body: Json<StoredEvent>
  }
  signals: {
    id: string
    agent_id: string
    asset_id: string | null
    at: Time
    chain_id: string | null
    body: Json<Signal>
  }
  incidents: {
    id: string
    agent_id: string
    revision: number
    report: Json<IncidentReport>
    title: string
    severity: number
    score: number
    steps: number
    tactics: string[]
    asset_keys: string[]
    containable: boolean
    merged_into: string | null
    state: string
    verdict: string | null
    owner: string | null
    opened_at: Time
    updated_at: Time
    closed_at: OptionalTime
  }
  incident_notes: { id: string; incident_id: string; at: Time; author: string; text: string }
  response_actions: {
    id: string
    agent_id: string
    incident_id: string | null
    container_id: string
    kind: string
    state: string
    decided_by: string
    requested_at: Time
    body: Json<ResponseAction>
  }
  agent_commands: {
    id: string
    agent_id: string
    made_at: Time
    expires_at: Time
    command: Json<AgentCommand>
    taken_at: OptionalTime
  }
  check_results: {
    id: string
    agent_id: string
    asset_id: string | null
    check_name: string
    resource: string
    target: string
    verdict: string
    body: Json<CheckResult>
  }
  baselines: {
    id: string
    name: string
    version: number
    layer: string
    in_force: boolean
    body: Json<Baseline>
    created_at: Time
  }
  webhooks: {
    id: string
    name: string
    host: string
    sealed: Buffer
    topics: string[]
    least_severity: number
    created_at: Time
    created_by: string
    next_attempt_at: Time
    failures: Generated<number>
    last_delivered_at: OptionalTime
    last_failure: string | null
    dropped: Generated<number>
  }
  notifications: {
    id: Generated<number>
    webhook_id: string
    topic: string
    subject_id: string
    queued_at: Generated<Date>
  }
}
