// Command lines, labels and build steps are evidence and are kept; the secrets on them are not. Values after password-like flags and assignments,
// and passwords inside URLs, are replaced. Linear in the length of the text: whoever runs a process chooses it.

export const REMOVED = '[removed]'

const SECRET_WORDS = ['passw', 'passphrase', 'secret', 'token', 'apikey', 'accesskey', 'privatekey', 'credential']
const AUTHORIZATION = ['authorization', 'proxy-authorization', 'x-api-key', 'cookie']
/** Programs whose short option carries a password: option letter → programs. */
const SHORT_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  '-p': ['mysql', 'mysqldump', 'mysqladmin', 'mariadb', 'mariadb-dump', 'mariadb-admin', 'sshpass'],
  '-a': ['redis-cli'],
  '-u': ['curl'],
}
/** Programs that start containers: what they pass as environment is not shown either. */
const LAUNCHERS = ['docker', 'podman', 'nerdctl', 'ctr', 'buildah', 'systemd-run']
const NAME_MAX = 128
const ARGUMENT_CHARS_MAX = 16_384

export function redactArguments(args: readonly string[]): string[] {
  // a mark can be longer than what it stands for: the contract's limit holds for what is sent
  return markSecrets(args).map((arg) => arg.slice(0, ARGUMENT_CHARS_MAX))
}

function markSecrets(args: readonly string[]): string[] {
  const short = shortOption(args[0] ?? '')
  const isLauncher = LAUNCHERS.includes(programName(args[0] ?? ''))
  let secretFollows = false
  let variableFollows = false
  return args.map((arg, index) => {
    if (variableFollows || (isLauncher && arg.startsWith('--env='))) {
      variableFollows = false
      return withoutLastValue(arg)
    }
    if (isLauncher && (arg === '--env' || arg === '-e')) variableFollows = true
    if (secretFollows && !arg.startsWith('--')) {
      secretFollows = false
      return REMOVED
    }
    secretFollows = false
    if (index > 0 && short && arg.startsWith(short)) {
      if (arg === short) {
        secretFollows = short !== '-p' || (args[0] ?? '').endsWith('sshpass')
        return arg
      }
      return short + REMOVED
    }
    if (/\s/.test(arg)) return redactText(arg)
    if (isSecretFlag(arg)) secretFollows = true
    return redactWord(arg)
  })
}

/** A value of a label or annotation under its name. */
export function redactValue(name: string, value: string): string {
  return isSecretName(name) ? REMOVED : redactText(value)
}

/** Text with several words, as in `sh -c "…"` or a header. */
function redactText(text: string): string {
  let secretFollows = false
  return text
    .split(/(\s+)/)
    .map((word) => {
      if (word === '' || /^\s/.test(word)) return word
      if (secretFollows) {
        // "Authorization: Bearer x": the scheme is kept
        if (/^(?:bearer|basic|digest|token)$/i.test(word)) return word
        secretFollows = false
        return REMOVED
      }
      secretFollows = isSecretFlag(word) || isSecretHeader(word)
      return redactWord(word)
    })
    .join('')
}

function redactWord(word: string): string {
  const equals = word.indexOf('=')
  if (equals > 0 && isSecretName(word.slice(0, equals))) return `${word.slice(0, equals + 1)}${REMOVED}`
  const scheme = word.indexOf('://')
  if (scheme < 0) return word
  const at = word.indexOf('@', scheme)
  const colon = word.indexOf(':', scheme + 3)
  const slash = word.indexOf('/', scheme + 3)
  if (at < 0 || colon < 0 || colon > at || (slash >= 0 && slash < at)) return word
  return `${word.slice(0, colon + 1)}${REMOVED}${word.slice(at)}`
}

function isSecretFlag(word: string): boolean {
  return word.startsWith('-') && !word.includes('=') && isSecretName(word)
}

function isSecretHeader(word: string): boolean {
  return word.endsWith(':') && AUTHORIZATION.includes(word.replace(/^["']/, '').slice(0, -1).toLowerCase())
}

function isSecretName(name: string): boolean {
  const plain = name.slice(-NAME_MAX).toLowerCase().replaceAll('-', '').replaceAll('_', '')
  // `--token-file x` and `--password-stdin` name no secret
  if (plain.endsWith('file') || plain.endsWith('path') || plain.endsWith('stdin')) return false
  return SECRET_WORDS.some((word) => plain.includes(word))
}

/** `KEY=value` or `--env=KEY=value`: the name is kept. */
function withoutLastValue(arg: string): string {
  const equals = arg.indexOf('=', arg.startsWith('--env=') ? '--env='.length : 0)
  return equals < 0 ? arg : `${arg.slice(0, equals + 1)}${REMOVED}`
}

function programName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1)
}

function shortOption(program: string): string | undefined {
  const name = programName(program)
  return Object.keys(SHORT_OPTIONS).find((option) => SHORT_OPTIONS[option]?.includes(name))
}
