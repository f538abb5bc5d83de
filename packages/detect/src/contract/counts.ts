// What `RuleContext.count` counts: of the lineage that the process belongs to, so that a loop that starts one process for each
// try counts as one. Distinct where the name says what (hosts, ports, names), all of them elsewhere.
export const COUNTS = [
  'exec',
  'fork',
  /** children that are still alive */
  'live-child',
  'connect',
  'failed-connect',
  /** distinct addresses outside of the container */
  'host',
  /** distinct address and port */
  'peer',
  /** distinct ports of one address, the one the event is about or the last one */
  'port',
  /** distinct names asked of DNS */
  'name',
  'delete',
  'create',
  'rename',
  /** distinct /proc/PID/environ of others */
  'environ',
  /** distinct files that hold secrets */
  'secret',
  'kill',
  /** distinct other processes reached into */
  'trace',
  /** signals of the discovery tactic */
  'discovery',
] as const

export type CountName = (typeof COUNTS)[number]
