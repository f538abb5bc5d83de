// The repository as data: workspaces and source files with their imports. Rules read only this, so a test can add a made file.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly isTest: boolean
}

export interface Workspace {
  readonly name: string
  /** packages/kernel, apps/cli, … */
  readonly dir: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  /** Subpath ('.' among them) → file below the workspace. */
  readonly exports: Readonly<Record<string, string>>
  readonly files: readonly SourceFile[]
}

export interface Repository {
  readonly workspaces: readonly Workspace[]
  /** Tools of the root package, which tests may import. */
  readonly rootTools: readonly string[]
}

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const SOURCE = /\.(ts|tsx|mts|mjs)$/
const SKIP = new Set(['node_modules', 'build', 'dist', 'coverage'])

export function readRepository(): Repository {
  const dirs = ['packages', 'apps'].flatMap((group) => readdirSync(join(ROOT, group)).map((name) => `${group}/${name}`))
  return {
    workspaces: [...dirs, 'testbed'].flatMap(readWorkspace),
    rootTools: Object.keys(readJson('package.json')?.devDependencies ?? {}),
  }
}

function readWorkspace(dir: string): Workspace[] {
  const manifest = readJson(`${dir}/package.json`)
  if (!manifest) return []
  return [
    {
      name: String(manifest.name),
      dir,
      dependencies: Object.keys(manifest.dependencies ?? {}),
      devDependencies: Object.keys(manifest.devDependencies ?? {}),
      exports: manifest.exports ?? {},
      files: filesUnder(dir)
        .filter((path) => SOURCE.test(path))
        .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8'))),
    },
  ]
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, imports: importsOf(text), isTest: isTestFile(path) }
}

/** Tests and what only they use. */
function isTestFile(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)(fixtures?|testing|test|golden)(\/|\.ts$|\.tsx$)|\.fixture\.ts$|-fixture\.ts$/.test(path)
}

const STATIC = /^[ \t]*(?:import|export)\s+(type\s)?([^'"`;]*?\sfrom\s*)?['"]([^'"\n]+)['"]/gm
/** import('x'), and createRequire(…).resolve('x') for files of a package that are not code. */
const DYNAMIC = /(?:\bimport|createRequire\([^()]*\)\s*\.resolve)\(\s*(?:\/\*[^*]*\*\/\s*)?['"]([^'"\n]+)['"]\s*\)/g

export function importsOf(text: string): Import[] {
  const statics = [...text.matchAll(STATIC)].map(([, type, names, specifier = '']) => ({
    specifier,
    typeOnly: type !== undefined || onlyTypes(names),
  }))
  const dynamics = [...text.matchAll(DYNAMIC)].map(([, specifier = '']) => ({ specifier, typeOnly: false }))
  return [...statics, ...dynamics]
}

/** `{ type A, type B } from` */
function onlyTypes(names: string | undefined): boolean {
  const list = names?.match(/^\{([^}]*)\}\s*from\s*$/)?.[1]
  const parts = (list ?? '').split(',').flatMap((part) => part.trim() || [])
  return parts.length > 0 && parts.every((part) => part.startsWith('type '))
}

export function filesUnder(dir: string): string[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true })
    .filter((entry) => !SKIP.has(entry.name))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(`${dir}/${entry.name}`) : entry.isFile() ? [`${dir}/${entry.name}`] : [],
    )
}

interface Manifest {
  readonly name?: string
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly exports?: Record<string, string>
}

function readJson(path: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
  } catch {
    return undefined
  }
}
