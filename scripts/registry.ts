// A registry is made from folder names: adding a member is adding its folder, and nothing else is edited.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A module that exports `<plural>`, the array of what every `<directory>/<member>/index.ts` exports as `<singular>`. */
export function registryModule(root: string, workspace: string, directory: string, singular: string): string {
  const folder = join(root, workspace, directory)
  const members = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'index.ts')))
    .sort()
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

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
