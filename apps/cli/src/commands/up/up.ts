// Starts the server, waits until it answers, enrols and starts the agent, and keeps both running until a signal.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { systemClock, unwrap, YaguraError } from '@yagura/kernel'
import { type ServerStatus, serverStatus } from './admin.ts'
import { type CommandLine, canDropRights, plainCommand, restrictedCommand } from './command.ts'
import { ensureEnrolment, tokenFileOf } from './enrolment.ts'
import { agentEnvironment, serverEnvironment } from './environment.ts'
import { type Exit, type Keeper, keepRunning } from './keeper.ts'
import { launch } from './launch.ts'
import { takeLock } from './lock.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { portProblem } from './ports.ts'
import { accessOf } from './reach.ts'
import { watchSensor } from './sensor-state.ts'
import { ensureServiceUser, type ServiceUser } from './service-user.ts'
import { readUpSettings, realPath, type UpSettings } from './settings.ts'
import { prepareState } from './state.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { viewFor } from './view.ts'

const CHECKOUT = fileURLToPath(new URL('../../../../../', import.meta.url)).replace(/\/$/, '')
const SERVER_MAIN = join(CHECKOUT, 'apps/server/src/main.ts')
const AGENT_MAIN = join(CHECKOUT, 'apps/agent/src/main.ts')
const READY_WITHIN_MS = 120_000
const POLL_MS = 100
/** So long the agent may take to say what it sees, before the welcome ends without it. */
const SENSOR_WITHIN_MS = 15_000
/** Ends of the server before its first answer, after which waiting longer is of no use. */
const EARLY_ENDS_MAX = 4

export async function up(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const uid = process.getuid?.()
  const settings = unwrap(readUpSettings(env, uid))
  const user = uid === 0 ? unwrap(ensureServiceUser(settings.serviceUser)) : undefined
  if (user && !canDropRights()) {
    throw new YaguraError(
      'PERMISSION',
      'setpriv (of util-linux) is missing, so the server cannot give up the rights of root.',
    )
  }
  unwrap(prepareState(settings, user))
  const lock = unwrap(takeLock(settings.lockFile, settings.paths.root))
  try {
    await run(settings, user, lock.wasAbandoned, env)
  } finally {
    lock.release()
  }
}

async function run(
  settings: UpSettings,
  user: ServiceUser | undefined,
  wasAbandoned: boolean,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await checkPorts(settings, wasAbandoned)
  const terminal = createTerminal(process.stdout, process.stderr)
  const { stopped, first } = stopSignal()
  const sensor = watchSensor()
  const logs = {
    server: openLogFile(join(settings.logs, 'server.log')),
    agent: openLogFile(join(settings.logs, 'agent.log'), { onEntry: sensor.onEntry }),
  }
  const keepers: Keeper[] = []
  let ready = false
  try {
    const server = startServer(settings, user, logs.server, env, (exit, inMs) => {
      if (ready) terminal.say(`The server ended (${describe(exit)}); starting it again${pauseText(inMs)}.`)
    })
    keepers.push(server.keeper)
    const status = await Promise.race([waitUntilReady(settings, server, logs.server, terminal), stopped])
    if (status === undefined) return
    ready = true
    keepers.push(startAgent(settings, logs.agent, env, terminal))
    terminal.welcome({
      settings,
      status,
      hasAdvisories: existsSync(env.YAGURA_ADVISORY_DB || settings.paths.server.advisories),
    })
    const state = await Promise.race([sensor.within(SENSOR_WITHIN_MS), stopped.then(() => true as const)])
    if (state === true) return
    terminal.sensor(state ?? 'not known yet')
    await stopped
  } finally {
    if (ready) terminal.say('Stopping.')
    // the agent first, so that the server still takes what it has; SIGTERM tells it that it may be started again
    for (const keeper of keepers.toReversed()) await keeper.stop(first() === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
  }
}

async function checkPorts({ host, port, agentPort }: UpSettings, wasAbandoned: boolean): Promise<void> {
  // programs of a killed `up` were told to stop and may need a moment
  for (let attempt = wasAbandoned ? 50 : 1; ; attempt -= 1) {
    const problem =
      (await portProblem(host, port, 'YAGURA_PORT')) ?? (await portProblem(host, agentPort, 'YAGURA_AGENT_PORT'))
    if (!problem) return
    if (attempt <= 1) throw problem
    await sleep(200)
  }
}

interface RunningServer {
  readonly keeper: Keeper
  readonly ends: () => readonly Exit[]
}

function startServer(
  settings: UpSettings,
  user: ServiceUser | undefined,
  log: LogFile,
  env: NodeJS.ProcessEnv,
  onExit: (exit: Exit, restartInMs: number) => void,
): RunningServer {
  const { paths } = settings
  const ends: Exit[] = []
  const keeper = keepRunning({
    launch: () =>
      launch(serverCommand(paths.server.root, user, env), serverEnvironment(env, paths.root, paths.server.root), log),
    monotonicMs: systemClock.monotonicMs,
    graceMs: 10_000,
    onExit(exit, restartInMs) {
      if (ends.length < EARLY_ENDS_MAX) ends.push(exit)
      onExit(exit, restartInMs)
    },
  })
  return { keeper, ends: () => ends }
}

function serverCommand(stateDir: string, user: ServiceUser | undefined, env: NodeJS.ProcessEnv): CommandLine {
  if (!user) return plainCommand(SERVER_MAIN)
  const files = [env.YAGURA_TLS_CERT, env.YAGURA_TLS_KEY, env.YAGURA_ADVISORY_DB].flatMap((path) =>
    path ? [realPath(path)] : [],
  )
  return restrictedCommand(SERVER_MAIN, user, viewFor(CHECKOUT, [stateDir, process.execPath, ...files], accessOf(user)))
}

async function waitUntilReady(
  settings: UpSettings,
  server: RunningServer,
  log: LogFile,
  terminal: Terminal,
): Promise<ServerStatus> {
  const deadlineMs = systemClock.monotonicMs() + READY_WITHIN_MS
  const waiting = terminal.waiting('Starting the server')
  try {
    while (systemClock.monotonicMs() < deadlineMs) {
      const status = await serverStatus(settings.paths.server.adminSocket)
      if (status?.ready) return status
      const ends = server.ends()
      // exit code 2: the server said in one sentence what somebody has to change
      const last = ends.at(-1)
      if (last?.code === 2 || ends.length >= EARLY_ENDS_MAX) {
        throw new YaguraError(
          'UNAVAILABLE',
          log.lastWords() ?? `The server does not start (${last ? describe(last) : ''}).`,
          {
            hint: `Its log is ${log.path}.`,
          },
        )
      }
      await sleep(POLL_MS)
    }
    throw new YaguraError('UNAVAILABLE', `The server did not become ready within ${READY_WITHIN_MS / 1000} s.`, {
      hint: `Its log is ${log.path}.`,
    })
  } finally {
    waiting.end()
  }
}

function startAgent(settings: UpSettings, log: LogFile, env: NodeJS.ProcessEnv, terminal: Terminal): Keeper {
  const { paths } = settings
  return keepRunning({
    launch: async () => {
      await ensureEnrolment(paths)
      return launch(plainCommand(AGENT_MAIN), agentEnvironment(env, paths.root, tokenFileOf(paths)), log)
    },
    monotonicMs: systemClock.monotonicMs,
    graceMs: 6000,
    onExit(exit, restartInMs) {
      const words = exit.code === 2 ? log.lastWords() : undefined
      terminal.say(
        `The agent ended (${describe(exit)}); starting it again${pauseText(restartInMs)}.${words ? ` It said: ${words}` : ''}`,
      )
    },
  })
}

/** Resolves at the first SIGINT or SIGTERM. A second one, a second or more later, ends everything at once. */
function stopSignal(): { readonly stopped: Promise<undefined>; readonly first: () => NodeJS.Signals | undefined } {
  let first: NodeJS.Signals | undefined
  const stopped = new Promise<undefined>((resolve) => {
    let firstMs: number | undefined
    const stop = (signal: NodeJS.Signals): void => {
      const nowMs = systemClock.monotonicMs()
      if (firstMs !== undefined && nowMs - firstMs > 1000) process.exit(130) // the programs get SIGTERM by our death
      firstMs ??= nowMs
      first ??= signal
      resolve(undefined)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
  return { stopped, first: () => first }
}

function describe({ code, signal }: Exit): string {
  return signal ? `by ${signal}` : `exit code ${code}`
}

function pauseText(durationMs: number): string {
  return durationMs < 1000 ? '' : ` in ${durationMs / 1000} s`
}
