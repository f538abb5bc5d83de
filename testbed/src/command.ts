// Runs one program by its argument vector: bounded in time and output, never through a shell string.
import { spawn } from 'node:child_process'

export interface CommandOutput {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly timeoutMs?: number
  readonly maxOutputBytes?: number
}

/** The exit code and output of a program; a signal counts as 128 + its number would in a shell, a timeout as an error. */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
  const { timeoutMs = 60_000, maxOutputBytes = 8 << 20 } = options
  const [program = '', ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] }
    let sizeBytes = 0
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, timeoutMs)
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes <= maxOutputBytes) chunks[name].push(chunk)
      })
    child.stdin.on('error', () => {})
    child.stdin.end()
    child.on('error', (cause) => {
      clearTimeout(timer)
      reject(new Error(`${program} cannot be run: ${cause.message}`, { cause }))
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      if (timedOut) return reject(new Error(`${argv.join(' ')} did not end within ${timeoutMs} ms`))
      resolve({
        exitCode: code ?? 137,
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      })
    })
  })
}

/** Standard output of a program that must succeed. */
export async function mustRun(argv: readonly string[], options?: CommandOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(argv, options)
  if (exitCode === 0) return stdout
  throw new Error(`${argv.join(' ')} ended with ${exitCode}: ${stderr.trim().slice(-2000)}`)
}
