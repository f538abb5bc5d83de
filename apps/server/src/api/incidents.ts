// Incidents: seeing them, deciding about them, acting. What acts is the agent; this writes down who asked and tells it.
import { newId, YaguraError } from '@yagura/kernel'
import type { ResponseAction } from '@yagura/schema'
import {
  actionFacets,
  changeIncident,
  findAction,
  findIncident,
  incidentFacets,
  listActions,
  listIncidentEvents,
  listIncidents,
  listSignals,
  recordActions,
  signalFacets,
  type Tx,
  tellAgent,
} from '@yagura/store'
import { nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import type { Call, Handlers } from './handler.ts'
import { read, readOne } from './inventory.ts'

type Incidents =
  | 'listIncidents'
  | 'getIncident'
  | 'getIncidentFacets'
  | 'changeIncident'
  | 'listIncidentEvents'
  | 'createAction'
  | 'listActions'
  | 'undoAction'
  | 'listSignals'
  | 'getActionFacets'
  | 'getSignalFacets'

/** What can be taken back; the dead cannot be raised. */
const REVERSIBLE: readonly ResponseAction['kind'][] = ['deny-exec', 'deny-connect', 'quarantine-network', 'freeze']

export const incidentHandlers: Pick<Handlers, Incidents> = {
  listIncidents: (call) => read(call, (tx) => listIncidents(tx, call.query)),
  getIncident: (call) => readOne(call, 'incident', (tx) => findIncident(tx, call.params.id)),
  getIncidentFacets: (call) => read(call, (tx) => incidentFacets(tx, call.query)),
  listIncidentEvents: (call) => readOne(call, 'incident', (tx) => listIncidentEvents(tx, call.params.id)),
  listActions: (call) => read(call, (tx) => listActions(tx, call.query)),
  listSignals: (call) => read(call, (tx) => listSignals(tx, call.query)),
  getActionFacets: (call) => read(call, (tx) => actionFacets(tx, call.query)),
  getSignalFacets: (call) => read(call, (tx) => signalFacets(tx, call.query)),

  changeIncident: (call) =>
    write(call, async (tx) => {
      const { body, caller, params } = call
      const now = nowOf(call.context)
      const isChanged = await changeIncident(tx, params.id, body, { author: caller.actor, now })
      const incident = isChanged ? await findIncident(tx, params.id) : undefined
      if (!incident) throw noIncident()
      if (body.verdict)
        await tellAgent(tx, incident.agentId, { command: 'judge', incident, verdict: body.verdict }, now)
      await note(call, tx, 'changeIncident', params.id, changeInWords(body))
      return incident
    }),

  createAction: (call) =>
    write(call, async (tx) => {
      const { body, params } = call
      const now = nowOf(call.context)
      const incident = await findIncident(tx, params.id)
      if (!incident) throw noIncident()
      if (!incident.containerIds.includes(body.containerId))
        throw new YaguraError('USAGE', 'The action names a container that is not part of this incident.')
      const action: ResponseAction = {
        id: newId(now.getTime()),
        kind: body.kind,
        containerId: body.containerId,
        process: body.process,
        incidentId: incident.id,
        rule: null,
        decidedBy: deciderOf(call),
        state: body.dryRun ? 'dry-run' : 'planned',
        reason: body.reason,
        requestedAt: now.toISOString(),
        doneAt: null,
        expiresAt:
          body.expiresInMinutes === null
            ? null
            : new Date(now.getTime() + body.expiresInMinutes * 60_000).toISOString(),
        reversible: REVERSIBLE.includes(body.kind),
        evidence: [],
      }
      await recordActions(tx, [action], { agentId: incident.agentId, machineId: '', receivedAt: now })
      await tellAgent(tx, incident.agentId, { command: 'act', action }, now)
      await note(call, tx, 'createAction', body.containerId, `${action.state} ${action.kind} ${action.id}`)
      return action
    }),

  undoAction: (call) =>
    write(call, async (tx) => {
      const { params } = call
      const now = nowOf(call.context)
      const found = await findAction(tx, params.id)
      if (!found) throw new YaguraError('NOT_FOUND', 'There is no action with this id.')
      if (!found.action.reversible)
        throw new YaguraError('CONFLICT', 'This action cannot be undone.', { hint: 'Start the workload again.' })
      await tellAgent(tx, found.agentId, { command: 'undo', actionId: params.id, decidedBy: deciderOf(call) }, now)
      await note(call, tx, 'undoAction', found.action.containerId, params.id)
      return null
    }),
}

type WriteCall = Call<'changeIncident'> | Call<'createAction'> | Call<'undoAction'>

function write<T>({ context, caller }: WriteCall, work: (tx: Tx) => Promise<T>): Promise<T> {
  return context.database.store.inTenant(caller.tenantId, work)
}

/** A person by the name of the session; an API token says by itself that it is one. */
function deciderOf({ caller }: WriteCall): string {
  return (caller.session ? `user:${caller.actor}` : caller.actor).slice(0, 512)
}

async function note({ context, caller, request }: WriteCall, tx: Tx, action: string, target: string, detail: string) {
  await audit(context, tx, { actor: caller.actor, action, target, outcome: 'allowed', address: request.ip, detail })
}

function changeInWords({ state, owner, verdict, note: text }: Call<'changeIncident'>['body']): string {
  const parts = { state, owner, verdict, note: text === undefined ? undefined : 'added' }
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}

function noIncident(): YaguraError {
  return new YaguraError('NOT_FOUND', 'There is no incident with this id.')
}
