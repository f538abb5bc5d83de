// The shape of the repository: who imports whom, what package.json says, what may not be named. The tables are in architecture/.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { forbiddenNames } from './architecture/names.ts'
import { type Repository, ROOT, readRepository, sourceFile, type Workspace } from './architecture/repository.ts'
import { RULES } from './architecture/rules.ts'

const repository = readRepository()

describe('architecture', () => {
  it.each(Object.keys(RULES))('%s', (name) => {
    expect(RULES[name]?.(repository)).toEqual([])
  })

  it('reads the imports of this repository', () => {
    const count = repository.workspaces.flatMap(({ files }) => files.flatMap(({ imports }) => imports)).length
    expect(repository.workspaces.length).toBeGreaterThan(14)
    expect(count).toBeGreaterThan(100)
  })

  it('has a lock file that fits every package.json', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
    for (const dir of ['', ...repository.workspaces.map((workspace) => workspace.dir)]) {
      const manifest = JSON.parse(readFileSync(join(ROOT, dir, 'package.json'), 'utf8'))
      for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
        expect(lock.packages[dir]?.[kind], `${dir || 'root'}: ${kind}`).toEqual(manifest[kind])
      }
    }
  })
})

it('keeps every source under version control, none hidden by an ignore rule', () => {
  const ignored = execFileSync(
    'git',
    ['ls-files', '--others', '--ignored', '--exclude-standard', '--', 'packages/*/src', 'apps/*/src', 'bpf/*.[ch]'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  )
  expect(ignored).toBe('')
})

describe('a made violation fails', () => {
  const made: readonly (readonly [string, string, string, string])[] = [
    ['packages import lower layers only', 'packages/kernel', 'src/made.ts', "import { x } from '@yagura/image'"],
    ['packages import lower layers only', 'packages/match', 'src/made.ts', "export * from '@yagura/store'"],
    ['apps are imported by nobody', 'apps/cli', 'src/made.ts', "const x = await import('@yagura/server')"],
    ['the agent reaches no store, advisories or match', 'apps/agent', 'src/made.ts', "import '@yagura/match'"],
    [
      'the console imports schema and lang only, and nothing of Node',
      'apps/console',
      'src/made.tsx',
      "import { x } from '@yagura/kernel'",
    ],
    [
      'the console imports schema and lang only, and nothing of Node',
      'apps/console',
      'src/made.tsx',
      "import 'node:fs'",
    ],
    [
      'what runs in the browser loads nothing of Node, and no second regular expression engine',
      'apps/console',
      'src/made.ts',
      "import { compileRegex } from '@yagura/lang/regex'",
    ],
    [
      'pure packages have no file, network, clock or random of their own',
      'packages/match',
      'src/made.ts',
      "import { readFileSync } from 'node:fs'",
    ],
    [
      'pure packages have no file, network, clock or random of their own',
      'packages/match',
      'src/made.ts',
      'export const now = Date.now()',
    ],
    [
      'pure packages have no file, network, clock or random of their own',
      'packages/match',
      'src/made.ts',
      'export const n = Math.random()',
    ],
    [
      'pure packages have no file, network, clock or random of their own',
      'packages/match',
      'src/made.ts',
      "await fetch('x')",
    ],
    [
      'pure packages have no file, network, clock or random of their own',
      'packages/match',
      'src/made.ts',
      "import { open } from '@yagura/advisories'",
    ],
    ['imports name what the workspace depends on', 'packages/kernel', 'src/made.ts', "import x from 'left-pad'"],
    ['imports name what the workspace depends on', 'packages/kernel', 'src/made.ts', "import { expect } from 'vitest'"],
    [
      'imports of other workspaces go through their exports',
      'apps/cli',
      'src/made.ts',
      "import { x } from '@yagura/kernel/src/ids.ts'",
    ],
    [
      'relative imports stay inside of the workspace',
      'apps/cli',
      'src/made.ts',
      "import { x } from '../../agent/src/main.ts'",
    ],
    ['no file imports itself through others', 'packages/kernel', 'src/made.ts', "import { x } from './made.ts'"],
  ]
  it.each(made)('%s: %s/%s: %s', (rule, dir, path, text) => {
    expect(RULES[rule]?.(withFile(dir, path, text)).length).toBeGreaterThan(RULES[rule]?.(repository).length ?? 0)
  })

  it('of the table, of unused dependencies and of cycles', () => {
    const stray: Workspace = {
      name: '@yagura/stray',
      dir: 'packages/stray',
      dependencies: ['left-pad', '@yagura/other'],
      devDependencies: [],
      exports: { '.': './src/index.ts' },
      files: [],
    }
    const other = { ...stray, name: '@yagura/other', dir: 'packages/other', dependencies: ['@yagura/stray'] }
    const broken = { ...repository, workspaces: [...repository.workspaces, stray, other] }
    expect(RULES['every workspace has its place in the table']?.(broken)).toHaveLength(2)
    expect(RULES['a workspace depends on nothing it does not import']?.(broken)).toContain(
      'packages/stray/package.json lists left-pad, which nothing there imports',
    )
    expect(RULES['no package depends on itself through others']?.(broken)).toEqual([
      '@yagura/stray → @yagura/other → @yagura/stray',
    ])
  })

  it('but types may be taken from below', () => {
    const rule = RULES['pure packages have no file, network, clock or random of their own']
    const text =
      "import type { Advisory } from '@yagura/advisories'\nimport { type A, type B } from '@yagura/advisories'"
    expect(rule?.(withFile('packages/match', 'src/made.ts', text)).filter((one) => one.includes('made.ts'))).toEqual([])
  })
})

describe('names', () => {
  it('has no registry, no path of one machine, in any file', () => {
    const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const found = tracked
      .split('\0')
      .filter((path) => path !== '' && !/\.(png|ico|woff2?|gz|zip|tar)$/.test(path))
      .flatMap((path) => forbiddenNames(readText(path)).map((name) => `${path} names ${name}`))
    expect(found).toEqual([])
  })

  it('finds them', () => {
    const registry = ['registry', 'npmjs', 'org'].join('.')
    const home = ['', 'work', 'main', 'x'].join('/')
    expect(forbiddenNames(`a https://${registry}/x ${home}`)).toHaveLength(2)
    expect(forbiddenNames('homework/main, /var/work/shared')).toEqual([])
  })
})

function withFile(dir: string, path: string, text: string): Repository {
  const file = sourceFile(`${dir}/${path}`, `${text}\n`)
  const workspaces = repository.workspaces.map((one) =>
    one.dir === dir ? { ...one, files: [...one.files, file] } : one,
  )
  return { ...repository, workspaces }
}

function readText(path: string): string {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return ''
  }
}
