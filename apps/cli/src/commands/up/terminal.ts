// What `up` says to the person at the terminal: little, and all of it of use.
import { escapeForTerminal } from '@yagura/kernel'
import type { ServerStatus } from './admin.ts'
import type { UpSettings } from './settings.ts'

const QUIET_MS = 2000

interface Stream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Welcome {
  readonly settings: UpSettings
  readonly status: ServerStatus
  readonly hasAdvisories: boolean
}

export interface Terminal {
  say(sentence: string): void
  /** Says what is waited for once it takes longer than two seconds. */
  waiting(what: string): { end(): void }
  welcome(about: Welcome): void
  /** One more row of the welcome, and its end. */
  sensor(state: string): void
}

export function createTerminal(out: Stream, err: Stream): Terminal {
  return {
    say: (sentence) => void err.write(`${escapeForTerminal(sentence)}\n`),
    waiting(what) {
      const startedMs = performance.now()
      const tell = () => {
        const text = `${what} (${Math.round((performance.now() - startedMs) / 1000)} s)`
        err.write(err.isTTY ? `\r\x1b[2K${text}` : `${text}\n`)
      }
      let timer = setTimeout(() => {
        tell()
        timer = setInterval(tell, err.isTTY ? 1000 : 10_000)
      }, QUIET_MS)
      return {
        end() {
          clearTimeout(timer)
          if (err.isTTY) err.write('\r\x1b[2K')
        },
      }
    },
    welcome: (about) => void out.write(welcomeText(about)),
    sensor: (state) => void out.write(`${row('Sensor', state)}\n\nCtrl-C stops it.\n`),
  }
}

export function welcomeText({ settings, status, hasAdvisories }: Welcome): string {
  const rows = [
    ['Address', status.consoleUrl],
    ['Sign in', status.firstSignInUrl ? `${status.firstSignInUrl}  (once)` : 'bin/yagura signin prints a link'],
    ['Data', settings.paths.root],
    ['Logs', settings.logs],
  ]
  if (!hasAdvisories) {
    rows.push(['Advisories', 'none yet, so packages are listed but not judged: bin/yagura db update fetches them'])
  }
  const lines = rows.map(([name = '', value = '']) => row(name, value))
  return ['', `Yagura ${status.version} is running.`, '', ...lines, ''].join('\n')
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(12)}${escapeForTerminal(value)}`
}
