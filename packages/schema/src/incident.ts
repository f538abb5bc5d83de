// Incident: something that needs a person now. Queued, pages, has an owner and a verdict.
import { z } from 'zod'
import { localisedText, longText, severity, shortText, timestamp, ulid } from './common.ts'
import { auditEvents } from './kubernetes-audit.ts'
import { processRef, signalGrade, tactic } from './signal.ts'

export const INCIDENT_VERDICTS = ['true-attack', 'false-alarm', 'benign-expected'] as const
export const incidentVerdict = z.enum(INCIDENT_VERDICTS)
export const INCIDENT_STATES = ['open', 'acknowledged', 'closed'] as const

export const incidentStep = z.object({
  at: timestamp,
  tactic,
  technique: shortText.nullable(),
  signalId: ulid,
  rule: shortText,
  grade: signalGrade,
  sentence: localisedText,
  process: processRef.nullable(),
  eventIds: z.array(z.string().max(64)).max(64),
  missing: longText.nullable().meta({ description: 'what could not be seen around this step' }),
})

/** Who did what to whom: processes, files, peers, and what flowed between them. */
export const GRAPH_NODE_KINDS = ['process', 'file', 'peer', 'container', 'host', 'pipe', 'user'] as const
export const graphNode = z.object({
  id: z.string().max(128),
  kind: z.enum(GRAPH_NODE_KINDS),
  label: longText,
  detail: longText,
  tags: z.array(shortText).max(17),
  at: timestamp,
})
export const GRAPH_EDGE_KINDS = [
  'started',
  'ran',
  'wrote',
  'read',
  'connected',
  'accepted',
  'piped',
  'reached-into',
] as const
export const graphEdge = z.object({
  from: z.string().max(128),
  to: z.string().max(128),
  kind: z.enum(GRAPH_EDGE_KINDS),
  at: timestamp,
  signalId: ulid.nullable(),
})

/** What the agent knows of an incident. The id stays, `revision` counts: the server keeps the newest. */
export const incidentReport = z.object({
  id: ulid,
  revision: z.int().positive(),
  mergedInto: ulid.nullable().meta({ description: 'two chains turned out to be one campaign' }),
  title: localisedText,
  severity,
  score: z.number().nonnegative(),
  assetKeys: z.array(z.string().max(1024)).max(256),
  containerIds: z.array(shortText).max(64),
  root: processRef
    .nullable()
    .meta({ description: 'where the lineage begins: container init, injected session, request' }),
  steps: z.array(incidentStep).max(512),
  stepsLeftOut: z.int().nonnegative(),
  nextTactics: z.array(z.object({ tactic, probability01: z.number().min(0).max(1) })).max(3),
  nodes: z.array(graphNode).max(400),
  edges: z.array(graphEdge).max(1200),
  containable: z.boolean().meta({ description: 'above the threshold at which a policy may contain by itself' }),
  openedAt: timestamp,
  updatedAt: timestamp,
})

/** What was done, or would have been. Every action can be traced to who or what decided. */
export const ACTION_KINDS = [
  'alert',
  'kill-process',
  'kill-tree',
  'deny-exec',
  'deny-connect',
  'quarantine-network',
  'freeze',
  'unfreeze',
  'capture',
] as const
export const actionKind = z.enum(ACTION_KINDS)
export const ACTION_STATES = ['planned', 'dry-run', 'done', 'refused', 'failed', 'undone', 'expired'] as const
export const responseAction = z.object({
  id: ulid,
  kind: actionKind,
  containerId: shortText,
  process: processRef.nullable(),
  incidentId: ulid.nullable(),
  rule: shortText.nullable(),
  decidedBy: shortText.meta({ description: 'user:NAME, rule:ID, chain:ID, policy:NAME' }),
  state: z.enum(ACTION_STATES),
  reason: longText,
  requestedAt: timestamp,
  doneAt: timestamp.nullable(),
  expiresAt: timestamp.nullable(),
  reversible: z.boolean(),
  evidence: z.array(z.string().max(1024)).max(64).meta({ description: 'names of captured files' }),
})

/** An action as the server keeps it: with the container that it is about, where the inventory knows it. */
export const storedAction = responseAction.extend({ agentId: ulid, assetId: ulid.nullable(), assetName: shortText })

export const incident = incidentReport.extend({
  agentId: ulid,
  state: z.enum(INCIDENT_STATES),
  verdict: incidentVerdict.nullable(),
  owner: shortText.nullable(),
  actions: z.array(responseAction).max(256),
})

export const incidentNote = z.object({ id: ulid, at: timestamp, author: shortText, text: longText })

const named = z.object({ id: ulid.nullable(), key: z.string(), name: shortText })
/** An incident in a list: what it is about, how far it went, who has it. */
export const incidentSummary = incident
  .omit({ steps: true, stepsLeftOut: true, nodes: true, edges: true, actions: true, root: true, assetKeys: true })
  .extend({
    stepCount: z.int().nonnegative(),
    tactics: z.array(tactic).max(14),
    assets: z.array(named).max(256),
    actionCount: z.int().nonnegative(),
  })
export const incidentDetail = incident.extend({
  agentName: shortText,
  assets: z.array(named).max(256),
  notes: z.array(incidentNote).max(1000),
})

/** What a person changes. A verdict goes to the agent too, whose model learns from it. */
export const incidentChange = z.object({
  state: z.enum(INCIDENT_STATES).optional(),
  owner: shortText.nullable().optional(),
  verdict: incidentVerdict.nullable().optional(),
  note: z.string().min(1).max(16_384).optional(),
})

/** An action by hand. `dryRun` says what it would do, without doing it. */
export const newAction = z.object({
  kind: actionKind.exclude(['alert']),
  containerId: shortText.min(1),
  process: processRef.nullable().default(null),
  reason: z.string().min(1).max(2048),
  dryRun: z.boolean().default(false),
  expiresInMinutes: z.int().min(1).max(10_080).nullable().default(60),
})

/** What the server asks an agent to do; asked again until the agent says that it has it. */
export const agentCommand = z.discriminatedUnion('command', [
  z.object({ command: z.literal('act'), id: ulid, action: responseAction }),
  z.object({ command: z.literal('undo'), id: ulid, actionId: ulid, decidedBy: shortText }),
  z.object({ command: z.literal('judge'), id: ulid, incident: incidentReport, verdict: incidentVerdict }),
  z
    .object({ command: z.literal('audit'), id: ulid, events: auditEvents })
    .meta({ description: 'requests to the Kubernetes API that are about pods of this node' }),
])
/** `taken`: commands the agent has on its disk, so that they are not given again. */
export const commandsRequest = z.object({
  taken: z.array(ulid).max(1000),
  goodbye: z
    .boolean()
    .optional()
    .meta({ description: 'the agent ends in good order: its silence from here on is meant' }),
})
export const agentCommands = z.object({ commands: z.array(agentCommand).max(100) })

/** A medium observation: listed as a finding of the asset, does not page. */
export const runtimeFinding = z.object({
  signalId: ulid,
  assetKey: z.string().max(1024),
  rule: shortText,
  at: timestamp,
  severity,
  sentence: localisedText,
  technique: shortText.nullable(),
  tactic: tactic.nullable(),
  eventIds: z.array(z.string().max(64)).max(64),
  process: processRef.nullable(),
})

export type IncidentVerdict = z.infer<typeof incidentVerdict>
export type IncidentStep = z.infer<typeof incidentStep>
export type IncidentReport = z.infer<typeof incidentReport>
export type GraphNode = z.infer<typeof graphNode>
export type GraphEdge = z.infer<typeof graphEdge>
export type ActionKind = z.infer<typeof actionKind>
export type ResponseAction = z.infer<typeof responseAction>
export type StoredAction = z.infer<typeof storedAction>
export type RuntimeFinding = z.infer<typeof runtimeFinding>
export type IncidentNote = z.infer<typeof incidentNote>
export type IncidentSummary = z.infer<typeof incidentSummary>
export type IncidentDetail = z.infer<typeof incidentDetail>
export type IncidentChange = z.infer<typeof incidentChange>
export type NewAction = z.infer<typeof newAction>
export type CommandsRequest = z.infer<typeof commandsRequest>
export type AgentCommands = z.infer<typeof agentCommands>
export type AgentCommand = z.infer<typeof agentCommand>
export type Incident = z.infer<typeof incident>
