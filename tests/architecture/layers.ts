// Who may import whom, as a table. A workspace imports workspaces of lower layers only; the rest of the rules are in rules.ts.

/** Layer of each package of ours, by the name of its folder in packages/. */
export const LAYERS: Readonly<Record<string, number>> = {
  schema: 0,
  kernel: 0,
  'safe-io': 1,
  versions: 1,
  lang: 1,
  image: 2,
  sensor: 2,
  inventory: 3,
  advisories: 3,
  detect: 3,
  flows: 3,
  compliance: 3,
  policy: 3,
  match: 4,
  risk: 4,
  respond: 4,
  store: 5,
  transfer: 5,
  export: 5,
  notify: 5,
}

/** Above all packages; they never import each other. */
export const APPS: readonly string[] = ['agent', 'cluster', 'server', 'console', 'cli']

/** What an app may not reach, not even through a package in between. */
export const FORBIDDEN_TO: Readonly<Record<string, readonly string[]>> = {
  agent: ['store', 'advisories', 'match'],
}

/** The only packages of ours that the console imports: it runs in a browser. */
export const CONSOLE_MAY_IMPORT: readonly string[] = ['schema', 'lang']

/** No file, network, clock or random of their own, so that they replay recorded history. */
export const PURE: readonly string[] = ['match', 'detect', 'flows', 'policy', 'risk']
/** What pure packages may run code of, besides each other; types they may take from anywhere below them. */
export const PURE_MAY_RUN: readonly string[] = ['schema', 'kernel', 'versions', 'lang']
