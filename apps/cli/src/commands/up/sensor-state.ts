// What the sensor of this machine's agent can see, as the agent says once in its log when it has opened it.
import type { LogEntry } from './log-file.ts'

const OPENED = 'The sensor is open.'
const MODES: Readonly<Record<string, string>> = {
  ebpf: 'kernel events by eBPF',
  proc: 'processes by /proc only',
  off: 'off',
}

export interface SensorWatch {
  readonly onEntry: (entry: LogEntry) => void
  /** In words; undefined when the agent has said nothing in that time. */
  within(durationMs: number): Promise<string | undefined>
}

export function watchSensor(): SensorWatch {
  let tell: (state: string) => void = () => {}
  const told = new Promise<string>((resolve) => {
    tell = resolve
  })
  return {
    onEntry({ msg, mode, reason }) {
      if (msg !== OPENED) return
      const words = MODES[String(mode)] ?? String(mode)
      tell(typeof reason === 'string' && reason !== '' ? `${words}: ${reason.replace(/\.$/, '')}` : words)
    },
    async within(durationMs) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, durationMs, undefined).unref()
      })
      const state = await Promise.race([told, late])
      clearTimeout(timer)
      return state
    },
  }
}
