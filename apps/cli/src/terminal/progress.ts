// A line on standard error for what takes longer than two seconds. Only a person sees it: not where it is piped or logged.

export interface Progress {
  update(text: string): void
  done(): void
}

const QUIET_MS = 2000
const REDRAW_MS = 200
const CLEAR_LINE = '\r\u001b[2K'

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export function createProgress(terminal: Terminal = process.stderr): Progress {
  if (!terminal.isTTY) return { update() {}, done() {} }
  const startedMs = performance.now()
  let text = ''
  let drawnMs = 0

  function draw() {
    const now = performance.now()
    if (text === '' || now - startedMs < QUIET_MS || now - drawnMs < REDRAW_MS) return
    drawnMs = now
    const seconds = Math.floor((now - startedMs) / 1000)
    terminal.write(CLEAR_LINE + `${text} … ${seconds} s`.slice(0, (terminal.columns || 80) - 1))
  }

  // The timer shows that time passes where nothing is reported; busy work draws by its own updates.
  const timer = setInterval(draw, REDRAW_MS)
  timer.unref()
  return {
    update(next) {
      text = next
      draw()
    },
    done() {
      clearInterval(timer)
      if (drawnMs > 0) terminal.write(CLEAR_LINE)
    },
  }
}
