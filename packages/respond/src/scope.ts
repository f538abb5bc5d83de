// What the kernel refuses a container: the preventions that are on for it, and the actions that stand. One set of verdicts, because
// the kernel keeps one a scope.
import type { ContainerIdentity, Habits } from '@yagura/detect'
import type { ResponseAction } from '@yagura/schema'
import { DENIABLE_LAYERS, RUNTIME_SOCKETS, type ScopeVerdicts } from '@yagura/sensor'
import { modeOf, type Prevention, type ResponsePolicy } from './policy/policy.ts'
import { compileSelector } from './policy/select.ts'

export type PreventionsOf = (container: ContainerIdentity, mode: 'enforce' | 'dry-run') => readonly Prevention[]

export function compilePreventions(
  policy: ResponsePolicy,
  habitsOf: (containerId: string) => Habits | undefined = () => undefined,
): PreventionsOf {
  const compiled = policy.prevent.map((prevention) => ({
    prevention,
    mode: modeOf(policy, prevention),
    selects: compileSelector(prevention.select),
  }))
  return (container, mode) =>
    compiled
      .filter((one) => one.mode === mode && one.selects(container))
      .flatMap(({ prevention }) => narrowed(prevention, habitsOf(container.containerId)) ?? [])
}

/** What the image does in its ordinary work is left to it; nothing is refused while that is not known. */
function narrowed(prevention: Prevention, habits: Habits | undefined): Prevention | undefined {
  if (!prevention.learnt) return prevention
  if (habits === undefined) return undefined
  return {
    ...prevention,
    // a script that is started by its name counts as a program of the layer it lies in
    denyExec: prevention.denyExec.filter(
      (layer) => !habits.layers.includes(layer) && !(habits.scripts && layer !== 'memory'),
    ),
    denyScripts: prevention.denyScripts && !habits.scripts,
    denyMappings: prevention.denyMappings && habits.layers.length === 0,
    // not learnt yet, so nothing says that the image does without
    denyRaising: undefined,
  }
}

/** Null: nothing is refused. */
export function verdictsOf(
  preventions: readonly Prevention[],
  standing: readonly ResponseAction[],
): ScopeVerdicts | null {
  const has = (kind: ResponseAction['kind']) => standing.some((action) => action.kind === kind)
  const layers = new Set(preventions.flatMap((one) => one.denyExec))
  if (has('deny-exec')) for (const layer of DENIABLE_LAYERS) layers.add(layer)
  const calls = new Set(preventions.flatMap((one) => one.denyCalls))
  const connect = has('deny-connect')
    ? ({ refuse: 'unlisted', peers: [] } as const)
    : preventions.find((one) => one.denyConnect)?.denyConnect
  const opens = preventions.flatMap((one) => (one.denyOpen ? [one.denyOpen] : []))
  // who may make no connection may not ask the container runtime to make it
  const sockets = socketsOf(preventions, has('deny-connect') || has('quarantine-network'))
  const mappings = preventions.some((one) => one.denyMappings)
  const scripts = preventions.some((one) => one.denyScripts)
  const raising = preventions.flatMap(({ denyRaising }) => denyRaising ?? [])
  const verdicts: ScopeVerdicts = {
    ...(opens.length > 0
      ? {
          denyOpen: {
            write: [...new Set(opens.flatMap(({ write }) => write))],
            read: [...new Set(opens.flatMap(({ read }) => read))],
            except: [...new Set(opens.flatMap(({ except }) => except))],
          },
        }
      : {}),
    ...(layers.size > 0 || raising.length > 0
      ? {
          denyExec: {
            layers: [...layers],
            files: [],
            ...(mappings ? { mappings } : {}),
            ...(scripts ? { scripts } : {}),
            ...(raising.length > 0
              ? { raising: { except: [...new Set(raising.flatMap(({ except }) => except))] } }
              : {}),
          },
        }
      : {}),
    ...(sockets ? { denySockets: sockets } : {}),
    ...(calls.size > 0 ? { killCalls: [...calls] } : {}),
    ...(connect ? { denyConnect: connect } : {}),
    ...(has('quarantine-network') ? { quarantine: true } : {}),
  }
  return Object.keys(verdicts).length > 0 ? { ...verdicts, lasts: lastsOf(preventions, standing) } : null
}

/** What a person decided holds until its time, also while no agent runs; what a policy wants, while somebody keeps it. */
function lastsOf(
  preventions: readonly Prevention[],
  standing: readonly ResponseAction[],
): NonNullable<ScopeVerdicts['lasts']> {
  const ends = standing.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [Date.parse(expiresAt)]))
  return { untilMs: ends.length === 0 ? null : Math.max(...ends), whileKept: preventions.length > 0 }
}

function socketsOf(preventions: readonly Prevention[], isContained: boolean): ScopeVerdicts['denySockets'] {
  const named = preventions.flatMap(({ denySockets }) => denySockets ?? [])
  if (named.length === 0 && !isContained) return undefined
  const runtime = isContained || named.some((one) => one.runtime) ? RUNTIME_SOCKETS : undefined
  return {
    names: [...new Set([...(runtime?.names ?? []), ...named.flatMap(({ names }) => names)])],
    abstract: [...new Set([...(runtime?.abstract ?? []), ...named.flatMap(({ abstract }) => abstract)])],
  }
}
