// What the definition of a type adds (packageurl.org/purl-types): letters that do not count, names that are written in one way only,
// parts that must or must not be there. Types that are not listed have no rules of their own.
import type { Purl } from './purl.ts'

type Part = 'namespace' | 'name' | 'version'

interface TypeRules {
  /** Parts in which upper and lower case are the same. */
  readonly lower?: readonly Part[]
  normalise?(purl: Purl): Partial<Purl>
  /** Parts without which there is no such package. */
  readonly required?: readonly Part[]
  /** Its packages have no namespace. */
  readonly flat?: true
  /** One sentence, without its full stop. */
  problem?(purl: Purl): string | undefined
}

const BOTH: readonly Part[] = ['namespace', 'name']

const TYPES: Readonly<Record<string, TypeRules>> = {
  alpm: { lower: BOTH },
  apk: { lower: BOTH },
  bitbucket: { lower: BOTH, required: ['namespace'] },
  bitnami: { lower: ['name'], flat: true },
  brew: { lower: BOTH },
  cargo: { flat: true },
  'chrome-extension': { lower: ['name'], flat: true, problem: chromeExtension },
  cocoapods: {
    flat: true,
    problem: ({ name }) =>
      /^\.|[\s+]/.test(name) ? 'The name of a pod has no white space, plus sign or leading dot' : undefined,
  },
  composer: { lower: BOTH },
  conan: { problem: conan },
  conda: { flat: true },
  cpan: {
    problem: ({ name }) => (name.includes('::') ? 'CPAN names distributions, not modules (with ::)' : undefined),
  },
  cran: { required: ['version'], flat: true },
  deb: { lower: BOTH },
  gem: { flat: true },
  github: { lower: BOTH, required: ['namespace'] },
  gitlab: { lower: BOTH },
  golang: { lower: BOTH },
  hackage: { flat: true },
  hex: { lower: BOTH },
  huggingface: { normalise: ({ version }) => (isCommit(version) ? { version: version?.toLowerCase() } : {}) },
  julia: {
    flat: true,
    problem: ({ qualifiers }) => (qualifiers.has('uuid') ? undefined : 'A package of Julia needs its uuid'),
  },
  luarocks: { lower: ['namespace', 'name', 'version'] },
  maven: { required: ['namespace'] },
  mlflow: {
    flat: true,
    // Databricks does not tell upper from lower case, other registries do
    normalise: ({ name, qualifiers }) =>
      qualifiers.get('repository_url')?.includes('databricks') ? { name: name.toLowerCase() } : {},
  },
  npm: { lower: BOTH },
  nuget: { flat: true },
  oci: { lower: ['name'], flat: true },
  opam: { flat: true },
  otp: { lower: ['name'], flat: true },
  pub: {
    lower: ['name'],
    flat: true,
    normalise: ({ name }) => ({ name: name.replaceAll('-', '_') }),
    problem: ({ name }) =>
      /^[a-z0-9_]+$/.test(name) ? undefined : 'The name of a Dart package is made of letters, digits and underscores',
  },
  // PEP 503
  pypi: { lower: ['name'], flat: true, normalise: ({ name }) => ({ name: name.replace(/[-_.]+/g, '-') }) },
  qpkg: { lower: ['namespace'] },
  rpm: { lower: ['namespace'] },
  swid: { problem: ({ qualifiers }) => (qualifiers.has('tag_id') ? undefined : 'A SWID tag needs its tag_id') },
  swift: { required: ['namespace', 'version'] },
  vcpkg: { flat: true },
  'vscode-extension': { lower: ['namespace', 'name', 'version'], required: ['namespace'] },
}

function rulesOf(type: string): TypeRules {
  return Object.hasOwn(TYPES, type) ? (TYPES[type] ?? {}) : {}
}

export function normaliseByType(purl: Purl): Purl {
  const { lower = [], normalise } = rulesOf(purl.type)
  const of = (part: Part) => (lower.includes(part) ? purl[part]?.toLowerCase() : purl[part])
  const lowered = { ...purl, namespace: of('namespace'), name: of('name') ?? purl.name, version: of('version') }
  return normalise ? { ...lowered, ...normalise(lowered) } : lowered
}

export function problemOfType(purl: Purl): string | undefined {
  const { required = [], flat, problem } = rulesOf(purl.type)
  const missing = required.find((part) => purl[part] === undefined)
  if (missing) return `A package URL of type ${purl.type} needs a ${missing}`
  if (flat && purl.namespace !== undefined) return `A package URL of type ${purl.type} has no namespace`
  return problem?.(purl)
}

function isCommit(version: string | undefined): boolean {
  return version !== undefined && /^[0-9a-f]{40}$/i.test(version)
}

function chromeExtension({ name, version }: Purl): string | undefined {
  if (!/^[a-p]{32}$/.test(name)) return 'The name of a Chrome extension is its id, 32 letters from a to p'
  if (version !== undefined && !/^\d+(?:\.\d+){0,3}$/.test(version))
    return 'The version of a Chrome extension is one to four numbers with dots between them'
  return undefined
}

/** A reference of Conan has a user and a channel, or neither. */
function conan({ namespace, qualifiers }: Purl): string | undefined {
  if (namespace === undefined) return qualifiers.has('channel') ? 'A channel of Conan needs a namespace' : undefined
  return qualifiers.size === 0 ? 'A namespace of Conan needs a channel' : undefined
}
