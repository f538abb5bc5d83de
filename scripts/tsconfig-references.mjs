// Writes each workspace's tsconfig.json from its package.json dependencies, so that project references cannot drift from them.
// Run by `npm run generate`; tests/generated.test.ts fails when a file is stale.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = new URL('..', import.meta.url).pathname

export function workspaces() {
  const dirs = [
    ...['packages', 'apps'].flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`)),
    'testbed',
  ]
  return dirs.flatMap((dir) => {
    try {
      return [{ dir, manifest: JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8')) }]
    } catch {
      return []
    }
  })
}

/** @returns {Map<string, string>} path in the repository → content */
export function tsconfigFiles() {
  const all = workspaces()
  const dirOf = new Map(all.map(({ dir, manifest }) => [manifest.name, dir]))
  const files = new Map()
  for (const { dir, manifest } of all) {
    if (dir === 'apps/console') continue // the browser has its own, hand-written
    const references = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
      .filter((name) => dirOf.has(name))
      .sort()
      .map((name) => ({ path: relative(dir, dirOf.get(name)) }))
    const config = {
      extends: relative(dir, 'tsconfig.base.json'),
      compilerOptions: { rootDir: '.', outDir: 'build', tsBuildInfoFile: 'build/tsconfig.tsbuildinfo' },
      include: ['src', 'generated'],
      references,
    }
    files.set(join(dir, 'tsconfig.json'), `${JSON.stringify(config, null, 2)}\n`)
  }
  const tests = {
    extends: '../tsconfig.base.json',
    compilerOptions: { rootDir: '..', outDir: 'build', tsBuildInfoFile: 'build/tsconfig.tsbuildinfo', allowJs: true },
    include: ['**/*.ts', '../bench/**/*.ts', '../scripts/**/*.ts', '../scripts/**/*.mjs'],
    exclude: ['build'],
    references: all.map(({ dir }) => ({ path: join('..', dir) })),
  }
  files.set('tests/tsconfig.json', `${JSON.stringify(tests, null, 2)}\n`)
  const top = {
    files: [],
    references: [...all.map(({ dir }) => ({ path: dir })), { path: 'tests' }],
  }
  files.set('tsconfig.json', `${JSON.stringify(top, null, 2)}\n`)
  return files
}
