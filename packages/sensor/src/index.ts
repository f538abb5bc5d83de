export { containerOf } from './cgroup/container-of.ts'
export type { LiveContainer } from './cgroup/entry.ts'
export type {
  DeniableLayer,
  DeniedOpens,
  DeniedSockets,
  Enforcement,
  EnforcementAbility,
  FileIdentity,
  PeerRange,
  ScopeCounts,
  ScopeVerdicts,
  VerdictKind,
  VerdictNotice,
} from './enforce/enforcement.ts'
export { DENIABLE_LAYERS, RUNTIME_SOCKETS } from './enforce/enforcement.ts'
export { ABANDONED_AFTER_MS, removeAbandoned } from './handover/abandoned.ts'
export { defaultHandoverRoot } from './handover/handover.ts'
export { HOOKS, type HookName } from './hook/hooks.ts'
export { releaseProgramPages, trimNativeHeap } from './native/libc.ts'
export { openSensor, type Sensor, type SensorOptions } from './sensor.ts'
export type { SequenceModel } from './sequence/model.ts'
