// Running other programs: quietly, with their output kept for the case of failure, or in the foreground with signals handed on.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './platform.mjs'

const TAIL_CHARS = 64 * 1024

/** Runs to the end without a word. @returns {Promise<{code: number, output: string}>} output: the last 64 KiB of both streams */
export function run(command, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => {
        output = (output + text).slice(-TAIL_CHARS)
      })
    }
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }))
    child.on('close', (code, signal) => resolve({ code: code ?? codeOf(signal), output }))
  })
}

/** The last lines of a program's output, for an error message. */
export function lastLines(output, count = 20) {
  return output.trimEnd().split('\n').slice(-count).join('\n')
}

/** The first lines, where a program says at once what is wrong. */
export function firstLines(output, count) {
  return output.trim().split('\n').slice(0, count).join('\n')
}

/** Runs in our place: its output is ours, signals go to it, its exit code is the result. */
export function foreground(command, args, { env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    const forward = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    child.on('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)))
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      resolve(code ?? codeOf(signal))
    })
  })
}

/** Exit code of a shell for a program that a signal ended. */
function codeOf(signal) {
  return 128 + (constants.signals[signal] ?? 0)
}
