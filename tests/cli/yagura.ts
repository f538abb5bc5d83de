// Runs the command line as a user would, in a data folder of its own.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { expect } from 'vitest'

export const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))
const TIMEOUT_MS = 20_000

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Workspace extends Disposable {
  readonly directory: string
  path(...parts: string[]): string
  /** Writes a file, with its folders. */
  write(path: string, content: string | Buffer): string
  run(args: readonly string[], env?: Record<string, string>): Promise<Outcome>
}

export function createWorkspace(): Workspace {
  const directory = mkdtempSync(join(tmpdir(), 'yg-cli-'))
  return {
    directory,
    path: (...parts) => join(directory, ...parts),
    write(path, content) {
      const target = join(directory, path)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, content)
      return target
    },
    run: (args, env = {}) => run(args, { YAGURA_DATA_DIR: join(directory, 'data'), ...env }),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}

function run(args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  const { PATH = '', HOME = '' } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH, HOME, ...env }, timeout: TIMEOUT_MS })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Exit code 2, nothing on standard output, and one line that a person can read. */
export function expectFailure({ code, stdout, stderr }: Outcome, message: RegExp): void {
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/^yagura: [^\n]+\.\n$/)
  expect(stderr).not.toMatch(/\n\s+at |node:|\.ts:\d|Error:|undefined|\[object/)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
}

/** A root file system of Alpine 3.11 with these packages: [name, version, origin]. */
export function alpineRoot(workspace: Workspace, packages: readonly (readonly [string, string, string])[]): string {
  const os = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.11.3\nPRETTY_NAME="Alpine \u001b[31mLinux\u001b[0m v3.11"\n'
  workspace.write('root/etc/os-release', os)
  const text = packages.map(([name, version, origin]) => `C:Q1abc=\nP:${name}\nV:${version}\nA:x86_64\no:${origin}\n\n`)
  workspace.write('root/lib/apk/db/installed', text.join(''))
  return workspace.path('root')
}

/** An OSV folder with one advisory for each [id, package, fixed version, CVSS vector or ""] of Alpine 3.11. */
export function osvFolder(
  workspace: Workspace,
  advisories: readonly (readonly [string, string, string, string])[],
): string {
  const members = advisories.map(([id, name, fixed, vector]) => {
    const events = [{ introduced: '0' }, { fixed }]
    const affected = [{ package: { ecosystem: 'Alpine:v3.11', name }, ranges: [{ type: 'ECOSYSTEM', events }] }]
    const severity = vector ? [{ type: 'CVSS_V3', score: vector }] : []
    const record = { id: `ALPINE-${id}`, modified: '2020-01-01T00:00:00Z', upstream: [id], affected, severity }
    return { name: `${record.id}.json`, content: Buffer.from(JSON.stringify(record)) }
  })
  workspace.write('osv/Alpine/all.zip', makeZip(members))
  return workspace.path('osv')
}

export const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
export const LOW = 'CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N'
