// `yagura scan` as a user runs it, in a data folder of its own: how it ends, what it says, how long and how much memory it takes.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ScanReport } from '@yagura/schema'

const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))
const KILL_AFTER_MS = 120_000

export interface Outcome {
  readonly code: number | null
  /** Of a scan that ended with one. */
  readonly report: ScanReport | undefined
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  readonly peakBytes: number
}

/** Writes the peak of the process's memory into a file when it ends, however it ends by itself. */
const METER = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS * 1024)))
`

export async function scan(
  target: string,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'yg-hostile-run-'))
  try {
    const meter = join(directory, 'meter.mjs')
    const peakFile = join(directory, 'peak')
    writeFileSync(meter, METER)
    const { PATH = '', HOME = '' } = process.env
    const startedMs = performance.now()
    const child = spawn(
      process.execPath,
      ['--import', pathToFileURL(meter).href, MAIN, 'scan', '--format', 'json', ...options, target],
      {
        env: { PATH, HOME, YAGURA_DATA_DIR: join(directory, 'data'), PEAK_FILE: peakFile, ...env },
        timeout: KILL_AFTER_MS,
        killSignal: 'SIGKILL',
      },
    )
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => stdout.push(part))
    child.stderr.on('data', (part: Buffer) => stderr.push(part))
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    const seconds = (performance.now() - startedMs) / 1000
    const text = Buffer.concat(stdout).toString()
    return {
      code,
      report: code === 0 ? (JSON.parse(text) as ScanReport) : undefined,
      stdout: text,
      stderr: Buffer.concat(stderr).toString(),
      seconds,
      // nothing was written where the process was killed
      peakBytes: code === null ? Number.POSITIVE_INFINITY : Number(readFileSync(peakFile, 'utf8')),
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
