// A registry is made from folder names: adding a member is adding its folder, and nothing else is edited.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A module that exports `<plural>`, the array of what every `<directory>/<member>/index.ts` exports as `<singular>`; of those whose text `keeps` accepts. */
export function registryModule(
  root: string,
  workspace: string,
  directory: string,
  singular: string,
  keeps: (index: string) => boolean = () => true,
): string {
  const members = membersOf(root, workspace, directory).filter((name) =>
    keeps(readFileSync(join(root, workspace, directory, name, 'index.ts'), 'utf8')),
  )
  const imports = members.map(
    (name) => `import { ${singular} as ${camelCase(name)} } from '../${directory}/${name}/index.ts'`,
  )
  return `${[
    `// Generated from the folders of ${directory} by scripts/generate.ts; do not edit.`,
    ...imports,
    '',
    `export const ${singular}s = [${members.map(camelCase).join(', ')}] as const`,
  ].join('\n')}\n`
}

/** The same, but `<plural>` is an object: the name of the folder → what it exports. */
export function namedRegistryModule(root: string, workspace: string, directory: string, singular: string): string {
  const members = membersOf(root, workspace, directory)
  const imports = members.map(
    (name) => `import { ${singular} as ${camelCase(name)} } from '../${directory}/${name}/index.ts'`,
  )
  return `${[
    `// Generated from the folders of ${directory} by scripts/generate.ts; do not edit.`,
    ...imports,
    '',
    `export const ${singular}s = {`,
    ...members.map((name) => (name === camelCase(name) ? `  ${name},` : `  '${name}': ${camelCase(name)},`)),
    '} as const',
  ].join('\n')}\n`
}

/** The same, but each member is loaded when it is asked for: `<singular>Loaders`, by the name of its folder. */
export function lazyRegistryModule(root: string, workspace: string, directory: string, singular: string): string {
  return `${[
    `// Generated from the folders of ${directory} by scripts/generate.ts; do not edit.`,
    '',
    `export const ${singular}Loaders = {`,
    ...membersOf(root, workspace, directory).map(
      (name) =>
        `  ${/^[a-z]\w*$/.test(name) ? name : `'${name}'`}: async () => (await import('../${directory}/${name}/index.ts')).${singular},`,
    ),
    '} as const',
  ].join('\n')}\n`
}

function membersOf(root: string, workspace: string, directory: string): string[] {
  const folder = join(root, workspace, directory)
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'index.ts')))
    .sort()
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
