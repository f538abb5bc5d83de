// What must be loaded before anything shows stays small: 180 KB gzip, measured on the built output.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { beforeAll, describe, expect, test, vi } from 'vitest'

const root = join(import.meta.dirname, '..')
const LIMIT_BYTES = 180 * 1024

interface Chunk {
  readonly file: string
  readonly name?: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

describe('the built console', () => {
  let html = ''
  const files = new Map<string, Buffer>()
  let manifest: Record<string, Chunk> = {}

  beforeAll(async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const built = await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      build: { write: false },
    })
    if (!('output' in built)) throw new Error('The build made no output.')
    for (const item of built.output) {
      const content = item.type === 'chunk' ? item.code : item.source
      files.set(item.fileName, Buffer.from(content))
    }
    html = text('index.html')
    manifest = JSON.parse(text('.vite/manifest.json'))
  })

  function text(name: string): string {
    return files.get(name)?.toString('utf8') ?? ''
  }

  function withImports(key: string, seen = new Set<string>()): Set<string> {
    const chunk = manifest[key]
    if (!chunk || seen.has(chunk.file)) return seen
    seen.add(chunk.file)
    for (const css of chunk.css ?? []) seen.add(css)
    for (const other of chunk.imports ?? []) withImports(other, seen)
    return seen
  }

  test('the shell with the largest catalogue is at most 180 KB gzip', () => {
    const shell = withImports('index.html')
    const sizes = ['en', 'ja', 'zh'].map((language) => {
      const catalogue = manifest[`src/i18n/catalogues/${language}.json`]?.file ?? 'missing'
      expect(files.has(catalogue)).toBe(true)
      const parts = [...shell, catalogue].map((name) => files.get(name) ?? Buffer.alloc(0))
      return parts.reduce((sum, part) => sum + gzipSync(part).length, gzipSync(html).length)
    })
    expect(Math.max(...sizes)).toBeGreaterThan(50 * 1024)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMIT_BYTES)
  })

  test('nothing in the page is inline, and every asset name carries its hash', () => {
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/)
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
    for (const name of files.keys()) if (name.startsWith('assets/')) expect(name).toMatch(/-[\w-]{8}\.(js|css)$/)
  })

  test('the validators stay on the server', () => {
    for (const [name, content] of files)
      if (name.endsWith('.js')) expect([name, content.includes('ZodError')]).toEqual([name, false])
  })

  test('fonts and pictures come from the reader’s own machine or from here', () => {
    const css = [...files].filter(([name]) => name.endsWith('.css')).map(([, content]) => content.toString('utf8'))
    expect(css.join('')).not.toMatch(/url\(["']?(https?:)?\/\//)
    expect(readFileSync(join(root, 'index.html'), 'utf8')).not.toMatch(/https?:\/\//)
  })
})
