// The version that a build sets by `-ldflags "-X main.version=1.2.3"`: programs built out of a working copy know their version from
// there only. Several names that look like a version count only when they agree, those nearest to the main package first.

const SEMANTIC = /^v?\d+\.\d+(?:\.\d+)?(?:[-+~][0-9A-Za-z.+~-]+)?$/
const VERSION_NAME = /^(?:\w*version|\w*ver|gitversion|buildversion|gittag)$/i
const MAX_FLAGS_LENGTH = 64 * 1024

export function versionFromFlags(flags: string, mainPath: string): string | undefined {
  const main = new Set<string>()
  const own = new Set<string>()
  for (const [key, value] of assignments(flags.slice(0, MAX_FLAGS_LENGTH))) {
    const dot = key.lastIndexOf('.')
    const [path, name] = [key.slice(0, dot), key.slice(dot + 1)]
    if (dot < 0 || !VERSION_NAME.test(name) || !SEMANTIC.test(value)) continue
    if (path === 'main' || path === mainPath) main.add(value)
    else if (path.startsWith(`${withoutMajor(mainPath)}/`) || !path.includes('/')) own.add(value)
  }
  for (const values of [main, own]) if (values.size === 1) return [...values][0]
  return undefined
}

/** `example.org/tool/v3` and `example.org/tool` are the same project. */
function withoutMajor(path: string): string {
  return path.replace(/\/v\d+$/, '')
}

/** `-X key=value`, `-X=key=value`, `-X 'key=value'`. */
function* assignments(flags: string): Generator<readonly [string, string]> {
  const words = flags.match(/'[^']*'|"[^"]*"|[^\s'"]+(?:'[^']*'|"[^"]*")?/g) ?? []
  for (const [at, word] of words.entries()) {
    const text = word === '-X' ? words[at + 1] : word.startsWith('-X=') ? word.slice(3) : undefined
    const pair = text?.replace(/['"]/g, '')
    const equals = pair?.indexOf('=') ?? -1
    if (pair && equals > 0) yield [pair.slice(0, equals), pair.slice(equals + 1)]
  }
}
