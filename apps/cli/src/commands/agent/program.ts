// Runs a program of the agent in our place: its output is ours, signals go on to it, its exit code becomes ours.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { YaguraError } from '@yagura/kernel'

/** Young objects die at once here: a small nursery saves a quarter of the memory. */
const SMALL = ['--max-semi-space-size=4']
const AGENT = join(import.meta.dirname, '../../../../agent/src')

export async function runAgentProgram(name: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...SMALL, join(AGENT, name), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const forward = (signal: NodeJS.Signals) => void child.kill(signal)
  process.on('SIGTERM', forward)
  process.on('SIGINT', forward)
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new YaguraError('INTERNAL', 'The program of the agent could not be started.', { cause })),
    )
    child.once('exit', (code, signal) => {
      process.exitCode = signal === null ? (code ?? 2) : 2
      resolve()
    })
  })
  process.off('SIGTERM', forward)
  process.off('SIGINT', forward)
}
