// The import rules of the architecture. Each takes the repository and says what breaks it, one sentence a violation.
import { dirname, join, normalize } from 'node:path'
import { APPS, CONSOLE_MAY_IMPORT, FORBIDDEN_TO, LAYERS, PURE, PURE_MAY_RUN } from './layers.ts'
import type { Repository, SourceFile, Workspace } from './repository.ts'

export type Rule = (repository: Repository) => string[]

export const RULES: Readonly<Record<string, Rule>> = {
  'every workspace has its place in the table': known,
  'packages import lower layers only': lowerLayersOnly,
  'apps are imported by nobody': appsAreImportedByNobody,
  'the agent reaches no store, advisories or match': forbiddenReach,
  'the console imports schema and lang only, and nothing of Node': consoleStaysInTheBrowser,
  'what runs in the browser loads nothing of Node, and no second regular expression engine': consoleReachesNoNode,
  'pure packages have no file, network, clock or random of their own': pure,
  'imports name what the workspace depends on': declared,
  'a workspace depends on nothing it does not import': used,
  'imports of other workspaces go through their exports': exported,
  'relative imports stay inside of the workspace': insideOnly,
  'no package depends on itself through others': noPackageCycles,
  'no file imports itself through others': noFileCycles,
}

function short(workspace: Workspace): string {
  return workspace.dir.split('/').at(-1) ?? workspace.dir
}

function isApp(workspace: Workspace): boolean {
  return workspace.dir.startsWith('apps/')
}

function isPackage(workspace: Workspace): boolean {
  return workspace.dir.startsWith('packages/')
}

/** Every import of every file, with where it is. */
function imports(workspace: Workspace, keep: (file: SourceFile) => boolean = () => true) {
  return workspace.files
    .filter(keep)
    .flatMap((file) => file.imports.map((one) => ({ file, ...one, target: packageOf(one.specifier) })))
}

/** @scope/name or name; undefined for relative, node: and virtual imports. */
function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:|virtual:|#)/.test(specifier)) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function ours(target: string | undefined): string | undefined {
  return target?.startsWith('@yagura/') ? target.slice('@yagura/'.length) : undefined
}

function known({ workspaces }: Repository): string[] {
  return workspaces
    .filter((one) => (isPackage(one) && LAYERS[short(one)] === undefined) || (isApp(one) && !APPS.includes(short(one))))
    .map((one) => `${one.dir} is not in the table of layers`)
}

function lowerLayersOnly({ workspaces }: Repository): string[] {
  return workspaces.filter(isPackage).flatMap((workspace) => {
    const layer = LAYERS[short(workspace)] ?? -1
    return imports(workspace, (file) => !file.isTest).flatMap(({ file, target }) => {
      const name = ours(target)
      if (name === undefined || name === short(workspace)) return []
      return (LAYERS[name] ?? 99) < layer
        ? []
        : [`${file.path} (layer ${layer}) imports ${name}, which is not below it`]
    })
  })
}

function appsAreImportedByNobody({ workspaces }: Repository): string[] {
  return workspaces.flatMap((workspace) =>
    imports(workspace).flatMap(({ file, target }) => {
      const name = ours(target)
      return name !== undefined && APPS.includes(name) ? [`${file.path} imports the app ${name}`] : []
    }),
  )
}

function forbiddenReach({ workspaces }: Repository): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]))
  const direct = (workspace: Workspace) => [
    ...workspace.dependencies,
    ...imports(workspace).flatMap(({ target }) => target ?? []),
  ]
  return workspaces.filter(isApp).flatMap((app) => {
    const forbidden = FORBIDDEN_TO[short(app)] ?? []
    const seen = new Set<string>()
    const queue = direct(app)
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      const next = byName.get(name)
      if (!next || seen.has(name)) continue
      seen.add(name)
      queue.push(...next.dependencies)
    }
    return forbidden.filter((name) => seen.has(`@yagura/${name}`)).map((name) => `${app.dir} reaches ${name}`)
  })
}

function consoleStaysInTheBrowser({ workspaces }: Repository): string[] {
  return workspaces
    .filter((workspace) => workspace.dir === 'apps/console')
    .flatMap((workspace) =>
      imports(workspace, (file) => file.path.includes('/src/') && !file.isTest).flatMap(
        ({ file, specifier, target }) => {
          const name = ours(target)
          const wrong = specifier.startsWith('node:') || (name !== undefined && !CONSOLE_MAY_IMPORT.includes(name))
          return wrong ? [`${file.path} imports ${specifier}`] : []
        },
      ),
    )
}

/** Follows every import of a value from the console, through our own packages. */
function consoleReachesNoNode({ workspaces }: Repository): string[] {
  const files = new Map(workspaces.flatMap((workspace) => workspace.files.map((file) => [file.path, file] as const)))
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]))
  const app = workspaces.find((workspace) => workspace.dir === 'apps/console')
  const queue = (app?.files ?? []).filter((file) => file.path.includes('/src/') && !file.isTest)
  const seen = new Set(queue)
  const found: string[] = []
  for (let file = queue.pop(); file; file = queue.pop()) {
    for (const { specifier, typeOnly } of file.imports) {
      if (typeOnly) continue
      if (specifier.startsWith('node:') || specifier === 're2js') found.push(`${file.path} imports ${specifier}`)
      const other = byName.get(packageOf(specifier) ?? '')
      const target = other?.exports[`.${specifier.slice(other.name.length)}`]
      const path = specifier.startsWith('.')
        ? resolveImport(file, specifier)
        : normalize(join(other?.dir ?? '', target ?? ''))
      const next = files.get(path)
      if (!next || seen.has(next)) continue
      seen.add(next)
      queue.push(next)
    }
  }
  return found
}

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./, 'a clock'],
  [/\bMath\.random\b|\bcrypto\./, 'random'],
  [/\bfetch\(|\bWebSocket\b|\bXMLHttpRequest\b/, 'the network'],
  [/\bset(?:Timeout|Interval|Immediate)\(/, 'a timer'],
  [/\bprocess\./, 'the process'],
]

function pure({ workspaces }: Repository): string[] {
  const may = new Set([...PURE, ...PURE_MAY_RUN])
  return workspaces
    .filter((workspace) => isPackage(workspace) && PURE.includes(short(workspace)))
    .flatMap((workspace) =>
      workspace.files
        .filter((file) => !file.isTest)
        .flatMap((file) => {
          const code = withoutComments(file.text)
          const uses = IMPURE.filter(([pattern]) => pattern.test(code)).map(
            ([, what]) => `${file.path} uses ${what} of its own`,
          )
          const runs = file.imports
            .filter(({ typeOnly, specifier }) => {
              if (specifier.startsWith('node:')) return true
              const name = ours(packageOf(specifier))
              return !typeOnly && name !== undefined && !may.has(name)
            })
            .map(({ specifier }) => `${file.path} runs code of ${specifier}`)
          return [...uses, ...runs]
        }),
    )
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}

function declared({ workspaces, rootTools }: Repository): string[] {
  return workspaces.flatMap((workspace) => {
    const run = new Set([...workspace.dependencies, workspace.name])
    const tools = new Set([...run, ...workspace.devDependencies, ...rootTools])
    return imports(workspace).flatMap(({ file, target }) => {
      if (target === undefined) return []
      const isTool = file.isTest || !file.path.startsWith(`${workspace.dir}/src/`)
      return (isTool ? tools : run).has(target)
        ? []
        : [`${file.path} imports ${target}, which ${workspace.dir}/package.json does not list`]
    })
  })
}

/** Dependencies that are used without an import statement of ours. */
const USED_WITHOUT_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'apps/console': ['tailwindcss', 'axe-core', 'vite'],
  // a schema that a test reads, and what the validator of CycloneDX loads
  'packages/export': ['@microsoft/jest-sarif', 'ajv-formats-draft2019'],
}

function used({ workspaces }: Repository): string[] {
  return workspaces.flatMap((workspace) => {
    const imported = new Set(imports(workspace).map(({ target }) => target))
    const known = USED_WITHOUT_IMPORT[workspace.dir] ?? []
    return [...workspace.dependencies, ...workspace.devDependencies]
      .filter((name) => !imported.has(name) && !name.startsWith('@types/') && !known.includes(name))
      .map((name) => `${workspace.dir}/package.json lists ${name}, which nothing there imports`)
  })
}

function exported({ workspaces }: Repository): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]))
  return workspaces.flatMap((workspace) =>
    imports(workspace).flatMap(({ file, specifier, target }) => {
      const other = target === undefined ? undefined : byName.get(target)
      if (!other || target === undefined) return []
      const subpath = `.${specifier.slice(target.length)}`
      return Object.hasOwn(other.exports, subpath)
        ? []
        : [`${file.path} imports ${specifier}, which ${other.dir} does not export`]
    }),
  )
}

function insideOnly({ workspaces }: Repository): string[] {
  return workspaces.flatMap((workspace) =>
    imports(workspace, (file) => file.path.startsWith(`${workspace.dir}/src/`)).flatMap(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return []
      const inside = resolveImport(file, specifier).startsWith(`${workspace.dir}/`)
      return inside ? [] : [`${file.path} imports ${specifier}, outside of ${workspace.dir}`]
    }),
  )
}

function resolveImport(file: SourceFile, specifier: string): string {
  return normalize(join(dirname(file.path), specifier))
}

function noPackageCycles({ workspaces }: Repository): string[] {
  const edges = new Map(workspaces.map(({ name, dependencies }) => [name, dependencies]))
  return cycles(edges)
}

/** Types are gone when the code runs, so only imports of values count. */
function noFileCycles({ workspaces }: Repository): string[] {
  const edges = new Map(
    workspaces.flatMap(({ files }) =>
      files.map((file): [string, string[]] => [
        file.path,
        file.imports.flatMap(({ specifier, typeOnly }) =>
          specifier.startsWith('.') && !typeOnly ? [resolveImport(file, specifier)] : [],
        ),
      ]),
    ),
  )
  return cycles(edges)
}

/** One sentence for each cycle that a depth-first walk closes. */
function cycles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const found: string[] = []
  const path: string[] = []
  function visit(node: string): void {
    if (path.includes(node)) {
      found.push([...path.slice(path.indexOf(node)), node].join(' → '))
      return
    }
    if (done.has(node)) return
    path.push(node)
    for (const next of edges.get(node) ?? []) visit(next)
    path.pop()
    done.add(node)
  }
  for (const node of edges.keys()) visit(node)
  return found
}
