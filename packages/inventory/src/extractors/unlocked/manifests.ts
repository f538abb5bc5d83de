// Which files declare dependencies, how it is seen that they do, and what tells the versions in their place: lock files by the name of
// their extractor, or what is installed beside them.
import { baseName } from '@yagura/safe-io'

export interface Manifest {
  readonly name: RegExp
  /** Something in the text that is a dependency. Linear: no repetition inside a repetition. */
  readonly declares: RegExp
  readonly lockedBy: readonly string[]
  /** Extractor of what is installed, and the folder beside the manifest where it finds that: it tells the versions as well. */
  readonly installedBy?: readonly [name: string, folder: string]
}

const PYTHON = ['poetry-lock', 'uv-lock', 'pdm-lock', 'pylock', 'pipfile-lock', 'pip-requirements']

export const manifests: readonly Manifest[] = [
  {
    name: /^package\.json$/,
    declares: /"(?:d|devD|optionalD)ependencies"\s*:\s*\{\s*"/,
    lockedBy: ['npm-lock', 'yarn-lock', 'pnpm-lock', 'bun-lock'],
    installedBy: ['node', 'node_modules/'],
  },
  {
    name: /^composer\.json$/,
    declares: /"[a-z0-9_.-]+\/[a-z0-9_.-]+"\s*:\s*"[^"]{0,20}\d/i,
    lockedBy: ['composer-lock'],
    installedBy: ['php', 'vendor/'],
  },
  { name: /^Gemfile$/, declares: /^\s*gem[ (]+['"]/m, lockedBy: ['gemfile-lock'], installedBy: ['ruby', 'vendor/'] },
  {
    name: /^pyproject\.toml$/,
    declares: /^dependencies\s*=\s*\[\s*['"]|^\[tool\.(?:poetry|pdm)[\w.-]*\.?dependencies\]/m,
    lockedBy: PYTHON,
    installedBy: ['python', ''],
  },
  { name: /^setup\.(?:py|cfg)$/, declares: /\binstall_requires\s*=/, lockedBy: PYTHON, installedBy: ['python', ''] },
  {
    name: /^Pipfile$/,
    declares: /^\[(?:dev-)?packages\]\s*\n\s*["\w]/m,
    lockedBy: PYTHON,
    installedBy: ['python', ''],
  },
  {
    name: /^Cargo\.toml$/,
    declares: /^\[(?:[\w.'"()= -]{1,100}\.)?(?:dev-|build-)?dependencies[\].]/m,
    lockedBy: ['cargo-lock'],
  },
  {
    name: /^build\.gradle(?:\.kts)?$/,
    declares: /^\s*(?:api|implementation|compile|compileOnly|runtimeOnly|testImplementation|classpath|kapt)[ (]+['"]/m,
    lockedBy: ['gradle-lock'],
  },
  { name: /^libs\.versions\.toml$/, declares: /^\[libraries\]\s*\n\s*[\w"]/m, lockedBy: ['gradle-lock'] },
  { name: /\.(?:cs|fs|vb)proj$/, declares: /<PackageReference\s/, lockedBy: ['nuget-lock'] },
  { name: /^Directory\.Packages\.props$/, declares: /<PackageVersion\s/, lockedBy: ['nuget-lock'] },
  { name: /^pubspec\.yaml$/, declares: /^(?:dev_)?dependencies:\s*\n\s+\w/m, lockedBy: ['pub-lock'] },
  { name: /^mix\.exs$/, declares: /\{\s*:\w+\s*,\s*(?:"|~|git:|github:)/, lockedBy: ['mix-lock'] },
  { name: /^Package\.swift$/, declares: /\.package\(/, lockedBy: ['swift-resolved'] },
  {
    name: /^conanfile\.(?:txt|py)$/,
    declares: /^\[requires\]\s*\n\s*\w|\brequires\s*[=(]\s*[['"(]/m,
    lockedBy: ['conan-lock'],
  },
  // what is not read in any other form
  { name: /^build\.sbt$/, declares: /\blibraryDependencies\b/, lockedBy: [] },
  { name: /^project\.clj$/, declares: /:dependencies\s*\[\s*\[/, lockedBy: [] },
  { name: /^deps\.edn$/, declares: /:mvn\/version|:git\/(?:sha|tag)/, lockedBy: [] },
  { name: /^ivy\.xml$/, declares: /<dependency\s/, lockedBy: [] },
  { name: /^environment\.ya?ml$/, declares: /^dependencies:\s*\n\s*-/m, lockedBy: [] },
  { name: /^(?:bower|vcpkg)\.json$/, declares: /"dependencies"\s*:\s*[[{]\s*["{]/, lockedBy: [] },
  { name: /^cpanfile$/, declares: /^\s*requires\s/m, lockedBy: [] },
  { name: /^Podfile$/, declares: /^\s*pod\s+['"]/m, lockedBy: [] },
  { name: /^Cartfile$/, declares: /^\s*(?:github|git|binary)\s+"/m, lockedBy: [] },
  { name: /^rebar\.config$/, declares: /\{\s*deps\s*,\s*\[\s*\{/, lockedBy: [] },
  { name: /^manifest\.toml$/, declares: /^packages\s*=\s*\[\s*\{\s*name\s*=/m, lockedBy: [] },
]

/** Lock files of package managers that are not read. */
const UNREAD: Readonly<Record<string, string>> = {
  'Podfile.lock': 'CocoaPods',
  'Cartfile.resolved': 'Carthage',
  'renv.lock': 'renv',
  'packrat.lock': 'packrat',
  'cabal.project.freeze': 'cabal',
  'stack.yaml.lock': 'Stack',
  'conda-lock.yml': 'conda-lock',
  'pixi.lock': 'pixi',
  'deno.lock': 'Deno',
  'paket.lock': 'Paket',
  'rebar.lock': 'rebar3',
  'cpanfile.snapshot': 'Carton',
  'shard.lock': 'Shards',
  'flake.lock': 'Nix',
  'Gopkg.lock': 'dep',
  'glide.lock': 'Glide',
  'Godeps.json': 'godep',
  'Manifest.toml': 'Julia',
  'JuliaManifest.toml': 'Julia',
  'dub.selections.json': 'DUB',
  'luarocks.lock': 'LuaRocks',
  'elm.json': 'Elm',
}

export function unreadKind(path: string): string | undefined {
  const name = baseName(path)
  return Object.hasOwn(UNREAD, name) ? UNREAD[name] : undefined
}

export function manifestOf(path: string): Manifest | undefined {
  const name = baseName(path)
  return manifests.find((manifest) => manifest.name.test(name))
}
