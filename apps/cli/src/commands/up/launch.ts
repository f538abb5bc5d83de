// Starts one program for the keeper: its own session, so that Ctrl-C reaches only us and we stop things in order; its output in
// its log.
import { spawn } from 'node:child_process'
import { rmdirSync } from 'node:fs'
import type { CommandLine } from './command.ts'
import type { Child, Exit } from './keeper.ts'
import type { LogFile } from './log-file.ts'

export function launch(line: CommandLine, env: Record<string, string>, log: LogFile): Promise<Child> {
  return new Promise((resolve, reject) => {
    const child = spawn(line.command, line.args, {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.on('data', log.write)
    child.stderr.on('data', log.write)
    const exited = new Promise<Exit>((done) => {
      child.once('exit', (code, signal) => {
        if (line.stash) removeStash(line.stash)
        done({ code, signal })
      })
    })
    child.once('error', reject)
    child.once('spawn', () => resolve({ pid: child.pid, exited, kill: (signal) => child.kill(signal) }))
  })
}

function removeStash(path: string): void {
  try {
    rmdirSync(path)
  } catch {
    // it only takes a name
  }
}
