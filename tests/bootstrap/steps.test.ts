// The parts of the first start: progress, stamps, Debian packages, programs in the foreground.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { debianStep } from '../../scripts/bootstrap/debian.mjs'
import { createProgress } from '../../scripts/bootstrap/progress.mjs'
import { lastLines, run } from '../../scripts/bootstrap/run.mjs'
import { hashOf } from '../../scripts/bootstrap/stamp.mjs'
import { ROOT } from '../architecture/repository.ts'
import { until } from './fake-checkout.ts'

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function record(isTTY: boolean) {
    const written: string[] = []
    const stream = { isTTY, columns: 60, write: (text: string) => written.push(text) }
    return { written, progress: createProgress({ stream: stream as never }) }
  }

  function lasting(durationMs: number, words: string) {
    return async (report: (doing: string) => void) => {
      report(words)
      await new Promise((resolve) => setTimeout(resolve, durationMs))
      return 'result'
    }
  }

  it('is silent about what takes less than two seconds', async () => {
    const { written, progress } = record(false)
    const done = progress.step('npm packages', lasting(1500, 'installing'))
    await vi.advanceTimersByTimeAsync(1500)
    expect(await done).toBe('result')
    progress.end()
    expect(written).toEqual([])
  })

  it('writes plain lines where there is no terminal', async () => {
    const { written, progress } = record(false)
    const done = progress.step('npm packages', lasting(20_000, 'installing'))
    await vi.advanceTimersByTimeAsync(20_000)
    await done
    progress.end()
    expect(written).toEqual([
      'npm packages: installing (2 s)\n',
      'npm packages: installing (17 s)\n',
      'npm packages: done (20 s)\n',
    ])
  })

  it('keeps one line up to date on a terminal, no wider than it', async () => {
    const { written, progress } = record(true)
    const both = Promise.all([
      progress.step('npm packages', lasting(3000, 'installing')),
      progress.step('Debian packages', lasting(3000, 'installing clang, libbpf-dev, libbpf1')),
    ])
    await vi.advanceTimersByTimeAsync(3000)
    await both
    progress.end()
    const lines = written.filter((text) => text.includes('installing'))
    expect(lines.length).toBeGreaterThan(2)
    expect(lines[0]).toMatch(/^npm packages: installing \(2 s\) {2}· {2}Debian packages: inst/)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60)
  })

  it('ends when a step fails', async () => {
    const { progress } = record(false)
    await expect(progress.step('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    progress.end()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('hashOf', () => {
  it('changes with contents, names and folders, not with what was built', () => {
    const dir = mkdtempSync(join(tmpdir(), 'yagura-stamp-'))
    const path = relative(ROOT, dir)
    try {
      const seen = [hashOf([path])]
      const differs = (change: () => void) => {
        change()
        seen.push(hashOf([path]))
        expect(new Set(seen).size).toBe(seen.length)
      }
      differs(() => writeFileSync(join(dir, 'a'), '1'))
      differs(() => writeFileSync(join(dir, 'a'), '2'))
      differs(() => writeFileSync(join(dir, 'b'), ''))
      differs(() => {
        mkdirSync(join(dir, 'src'))
        writeFileSync(join(dir, 'src/c'), '')
      })
      mkdirSync(join(dir, 'dist'))
      writeFileSync(join(dir, 'dist/c'), '')
      expect(hashOf([path])).toBe(seen.at(-1))
      expect(hashOf([path], 'arm64')).not.toBe(seen.at(-1))
      expect(hashOf([`${path}/missing`])).toBe(hashOf([]))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

describe('debianStep', () => {
  it('does nothing where all is installed', async () => {
    expect(await debianStep(['dpkg', 'libc6'], () => expect.unreachable())).toEqual([])
  })

  it('names what is left out', async () => {
    vi.stubEnv('YAGURA_SKIP_APT', '1')
    try {
      const [sentence] = await debianStep(['dpkg', 'no-such-package'], () => expect.unreachable())
      expect(sentence).toContain('so these Debian packages are left out: no-such-package.')
    } finally {
      vi.unstubAllEnvs()
    }
  })
})

describe('programs', () => {
  it('gives exit code and output', async () => {
    expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({ code: 3, output: 'out\nerr\n' })
    expect(await run('sh', ['-c', 'kill -9 $$'])).toEqual({ code: 137, output: '' })
    expect(await run('/no/such/program', [])).toMatchObject({ code: 127 })
    expect(lastLines('1\n2\n3\n', 2)).toBe('2\n3')
  })

  it('hands signals on to the program in the foreground, and its exit code back', async () => {
    const program = `trap 'echo got it; exit 9' TERM; echo ready; while :; do sleep 0.05; done`
    const source = `import { foreground } from './scripts/bootstrap/run.mjs'
      process.exitCode = await foreground('sh', ['-c', ${JSON.stringify(program)}])`
    const outer = spawn(process.execPath, ['--input-type=module', '-e', source], { cwd: ROOT })
    let output = ''
    outer.stdout.on('data', (chunk) => {
      output += chunk
    })
    const code = new Promise((resolve) => outer.once('close', resolve))
    await until(
      () => output.includes('ready'),
      () => output,
    )
    outer.kill('SIGTERM')
    expect(await code).toBe(9)
    expect(output).toBe('ready\ngot it\n')
  })
})
