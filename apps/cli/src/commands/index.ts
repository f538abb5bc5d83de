// Every command and where it is. Only the one that is asked for is loaded; help loads all.
import type { Command } from 'commander'

type Register = (program: Command) => void

const commands: Readonly<Record<string, () => Promise<Register>>> = {
  up: async () => (await import('./up/index.ts')).registerUp,
  scan: async () => (await import('./scan/index.ts')).registerScan,
  explain: async () => (await import('./explain/index.ts')).registerExplain,
  db: async () => (await import('./db/index.ts')).registerDb,
  check: async () => (await import('./check/index.ts')).registerCheck,
  baseline: async () => (await import('./baseline/index.ts')).registerBaseline,
  policy: async () => (await import('./policy/index.ts')).registerPolicy,
  purl: async () => (await import('./purl/index.ts')).registerPurl,
  signin: async () => (await import('./signin/index.ts')).registerSignin,
  agent: async () => (await import('./agent/index.ts')).registerAgent,
  detect: async () => (await import('./detect/index.ts')).registerDetect,
  versions: async () => (await import('./versions/index.ts')).registerVersions,
  rules: async () => (await import('./rules/index.ts')).registerRules,
  version: async () => (await import('./version/index.ts')).registerVersion,
}

export async function registerCommands(program: Command, name: string | undefined): Promise<void> {
  const wanted = name !== undefined && Object.hasOwn(commands, name) ? [name] : Object.keys(commands)
  for (const command of wanted) (await commands[command]?.())?.(program)
}
