// What is going on, for a person who waits: one updating line on a terminal, a plain line now and then elsewhere.
// A step that takes less than two seconds is not worth a word.
const QUIET_MS = 2000
const PLAIN_EVERY_MS = 15_000

export function createProgress({ stream = process.stderr, now = Date.now } = {}) {
  const running = new Map()
  const terminal = stream.isTTY === true
  const timer = setInterval(tick, terminal ? 250 : 500)
  timer.unref()
  let lineShown = false

  function seconds(step) {
    return Math.round((now() - step.startedAt) / 1000)
  }

  function clearLine() {
    if (lineShown) stream.write('\r\x1b[2K')
    lineShown = false
  }

  function tick() {
    const slow = [...running.values()].filter((step) => now() - step.startedAt >= QUIET_MS)
    if (terminal) {
      clearLine()
      if (slow.length === 0) return
      const line = slow.map((step) => `${step.name}: ${step.doing} (${seconds(step)} s)`).join('  ·  ')
      stream.write(line.slice(0, (stream.columns ?? 80) - 1))
      lineShown = true
      return
    }
    for (const step of slow) {
      if (step.doing === step.saidDoing && now() - step.saidAt < PLAIN_EVERY_MS) continue
      step.saidAt = now()
      step.saidDoing = step.doing
      stream.write(`${step.name}: ${step.doing} (${seconds(step)} s)\n`)
    }
  }

  return {
    /** Runs one step; it calls its argument with what it is doing, in a word or two. */
    async step(name, work) {
      const step = { name, doing: 'checking', startedAt: now(), saidAt: 0, saidDoing: '' }
      running.set(name, step)
      try {
        const result = await work((doing) => {
          step.doing = doing
        })
        if (now() - step.startedAt >= QUIET_MS) {
          clearLine()
          stream.write(`${name}: done (${seconds(step)} s)\n`)
        }
        return result
      } finally {
        running.delete(name)
      }
    },
    end() {
      clearInterval(timer)
      clearLine()
    },
  }
}
