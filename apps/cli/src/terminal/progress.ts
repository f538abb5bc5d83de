// A line on standard error for what takes longer than two seconds. Only a person sees it: not where it is piped or logged.

export interface Progress {
  update(text: string): void
  done(): void
}

const QUIET_MS = 2000
const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001b[2K'

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export function createProgress(terminal: Terminal = process.stderr): Progress {
  if (!terminal.isTTY) return { update() {}, done() {} }
  const startedMs = performance.now()
  let drawnMs = 0
  return {
    update(text) {
      const now = performance.now()
      if (now - startedMs < QUIET_MS || now - drawnMs < REDRAW_MS) return
      drawnMs = now
      terminal.write(CLEAR_LINE + text.slice(0, (terminal.columns ?? 80) - 1))
    },
    done() {
      if (drawnMs > 0) terminal.write(CLEAR_LINE)
    },
  }
}
