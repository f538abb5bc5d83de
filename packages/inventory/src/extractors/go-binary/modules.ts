// The modules of a Go program (runtime/debug, ParseBuildInfo): its own, and those it was built from, replaced ones as their replacement.
import type { FoundPackage } from '../extractor.ts'
import type { BuildInfo } from './build-info.ts'
import { versionFromFlags } from './linker-flags.ts'

interface Module {
  readonly path: string
  readonly version: string
}

/** What a module is called that was built out of a working directory: no advisory can be judged by it. */
export const DEVELOPMENT = '(devel)'

const MAX_MODULES = 50_000
const MAX_TEXT = 512

export function packagesOf(info: BuildInfo): FoundPackage[] {
  const { main, dependencies, flags } = parseModules(info.modules)
  const modules: Module[] = []
  if (main) modules.push(main.version === DEVELOPMENT ? { ...main, version: versionOfMain(main, flags) } : main)
  modules.push(...dependencies)
  const toolchain = toolchainVersion(info.goVersion)
  if (toolchain) modules.push({ path: 'stdlib', version: toolchain })
  return modules
    .filter(({ path, version }) => path !== '' && path.length <= MAX_TEXT && version.length <= MAX_TEXT)
    .map(({ path, version }) => ({
      ...{ name: path, version, type: 'golang' },
      ...{ architecture: null, source: null, licenses: [] },
    }))
}

function versionOfMain(main: Module, flags: string): string {
  return versionFromFlags(flags, main.path) ?? DEVELOPMENT
}

/**
 * `go1.22.1 X:boringcrypto` → 1.22.1 (experiments do not change what advisories say); `go1.20.12 (Red Hat 1.20.12-2.el9)` → 1.20.12;
 * `devel go1.23-3c7cfd5 Tue …` stays as it is, a version that no advisory can be judged by.
 */
export function toolchainVersion(text: string): string {
  if (!text.startsWith('go')) return text.slice(0, MAX_TEXT)
  return text.slice(2).split(/[ (]/, 1)[0] ?? ''
}

function parseModules(text: string) {
  let main: Module | undefined
  let flags = ''
  const dependencies: Module[] = []
  for (const line of text.split('\n', MAX_MODULES)) {
    const [key, path = '', version = ''] = line.split('\t')
    if (key === 'mod') main = moduleOf(path, version)
    else if (key === 'dep') dependencies.push(moduleOf(path, version))
    else if (key === '=>') {
      // a replacement out of a directory has no version: what it holds is not known
      const replacement = path.startsWith('.') || path.startsWith('/') ? undefined : moduleOf(path, version)
      const replaced = dependencies.pop()
      if (replaced) dependencies.push(replacement ?? { ...replaced, version: DEVELOPMENT })
      else if (main) main = replacement ?? { ...main, version: DEVELOPMENT }
    } else if (key === 'build' && line.startsWith('build\t-ldflags=')) flags = unquote(line.slice(15))
  }
  return { main, dependencies, flags }
}

function moduleOf(path: string, version: string): Module {
  return { path, version: version === '' ? DEVELOPMENT : version }
}

/** Go writes values with spaces or quotes in them as a string of its own syntax, which is that of JSON for what is written by people. */
function unquote(value: string): string {
  if (!value.startsWith('"')) return value
  try {
    return String(JSON.parse(value))
  } catch {
    return value.slice(1, -1)
  }
}
