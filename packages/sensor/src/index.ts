export { containerOf } from './cgroup/container-of.ts'
export type { LiveContainer } from './cgroup/entry.ts'
export { HOOKS, type HookName } from './hook/hooks.ts'
export { openSensor, type Sensor, type SensorOptions } from './sensor.ts'
