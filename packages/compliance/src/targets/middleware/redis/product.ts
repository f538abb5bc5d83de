// redis.conf: a word and its values on each line, quotes, `include`; the command line comes after the file
// (redis.io/docs/management/config).
import type { Reading } from '../../../engine/reading.ts'
import type { MiddlewareInstance } from '../process.ts'
import type { Product } from '../product.ts'
import { absentIn, type Setting, valuesOf } from '../sources/settings.ts'
import { expand, mayInclude, openTexts, readText, resolvePath, type Texts } from '../sources/texts.ts'
import { versionOf } from '../sources/version.ts'

const USUAL = [
  '/usr/local/etc/redis/redis.conf',
  '/etc/redis/redis.conf',
  '/etc/valkey/valkey.conf',
  '/opt/bitnami/redis/etc/redis.conf',
  '/data/redis.conf',
]

/** Directives that may stand several times. */
const REPEATED = new Set(['rename-command', 'loadmodule', 'user'])

export const redis: Product = {
  argument: ({ process }, flag) => inline(process.commandLine).get(flag)?.at(-1)?.value,
  load(instance, root) {
    const texts = openTexts(root)
    const { commandLine, workingDirectory, environment } = instance.process
    const byKey = new Map<string, Setting[]>()
    const file = isTitle(commandLine)
      ? USUAL.find((one) => root.stat(one).kind !== 'absent')
      : configurationFile(instance)
    if (!file && isTitle(commandLine))
      texts.problems.push({
        place: 'command line',
        reason: 'the server wrote over it, and no file is in a usual place',
      })
    if (file) readConf(texts, resolvePath(file, workingDirectory), byKey, workingDirectory)
    if (file && isTitle(commandLine) && !isFileOf(commandLine[0] as string, byKey))
      texts.problems.push({ place: file, reason: 'the server wrote over its command line, and this is not its file' })
    for (const [key, settings] of inline(commandLine)) byKey.set(key, [...(byKey.get(key) ?? []), ...settings])
    const files = [...texts.files, 'the command line']
    const version = versionOf(instance, root, {
      variables: ['REDIS_VERSION', 'VALKEY_VERSION'],
      packages: /^(redis-server|valkey-server|redis|valkey|redis-tools)$/,
    })

    function setting(key: string): Reading {
      const [problem] = texts.problems
      if (problem) return { kind: 'unreadable', ...problem }
      const [name = '', what] = key.split('@')
      const found = byKey.get(name) ?? []
      const last = found.at(-1)
      if (!last) return absentIn(files)
      if (what === 'len') return { kind: 'value', source: 'file', place: last.place, value: last.value.length }
      if (REPEATED.has(name)) return valuesOf(found)
      return { kind: 'value', source: 'file', place: last.place, value: last.value }
    }

    function defaultUser(): Reading {
      const [problem] = texts.problems
      if (problem) return { kind: 'unreadable', ...problem }
      const password = byKey.get('requirepass')?.at(-1)
      if (password?.value) return { kind: 'value', source: 'file', place: password.place, value: 'password' }
      const user = byKey.get('user')?.findLast(({ value }) => /^default\s/.test(value))
      if (!user) return absentIn(files)
      return {
        kind: 'value',
        source: 'file',
        place: user.place,
        value: /\s(off|>\S+|#\S+)(\s|$)/.test(user.value) && !/\snopass(\s|$)/.test(user.value) ? 'password' : 'nopass',
      }
    }

    const acl = byKey.get('aclfile')?.at(-1)?.value
    if (acl)
      for (const [index, line] of (readText(texts, resolvePath(acl, workingDirectory), true) ?? '')
        .split('\n')
        .entries())
        if (line.startsWith('user '))
          byKey.set('user', [...(byKey.get('user') ?? []), { value: line.slice(5), place: `${acl}:${index + 1}` }])
    const first = defaultUser()
    const hasPassword = (byKey.get('requirepass')?.at(-1)?.value ?? '') !== ''
    return {
      conf(key) {
        if (key === 'default-user') return defaultUser()
        if (key !== 'users') return setting(key)
        const users = setting('user')
        return users.kind === 'value'
          ? { ...users, value: [users.value].flat().map((one) => `user ${withoutSecrets(String(one))}`) }
          : users
      },
      paths: {
        conf: file ? [resolvePath(file, workingDirectory)] : [],
        aclfile: acl ? [resolvePath(acl, workingDirectory)] : [],
      },
      facts: {
        auth: first.kind === 'value' && first.value === 'password',
        tls: (byKey.get('tls-port')?.at(-1)?.value ?? '0') !== '0',
        file: file !== undefined,
        replica: byKey.has('replicaof') || byKey.has('slaveof'),
        'docker-image':
          (environment?.has('REDIS_VERSION') ||
            environment?.has('REDIS_DOWNLOAD_URL') ||
            environment?.has('VALKEY_VERSION')) ??
          false,
        ...(hasPassword && { requirepass: true }),
      },
      version,
      flavor: /keydb/.test(instance.process.executable)
        ? 'keydb'
        : /valkey/.test(instance.process.executable)
          ? 'valkey'
          : 'redis',
      edition: '',
    }
  },
}

/** The server writes a title over its command line, `redis-server *:6379`, so that the file can only be looked for. */
function configurationFile({ process: { commandLine } }: MiddlewareInstance): string | undefined {
  const word = commandLine[1]
  return word !== undefined && !word.startsWith('-') && /\.conf$|^\//.test(word) ? word : undefined
}

/** Passwords and their hashes. */
function withoutSecrets(rules: string): string {
  return rules.replaceAll(/(^|\s)([>#])\S+/g, '$1$2…')
}

/** The title names the port: a file that says another is not the one the server was started with. */
function isFileOf(title: string, byKey: ReadonlyMap<string, readonly Setting[]>): boolean {
  const port = /:(\d+)(\s|$)/.exec(title)?.[1]
  const plain = byKey.get('port')?.at(-1)?.value ?? '6379'
  return port === (plain === '0' ? byKey.get('tls-port')?.at(-1)?.value : plain)
}

/** `redis-server *:6379 [cluster]` */
function isTitle(words: readonly string[]): boolean {
  return words.length <= 1 && /\s\S*:\d+(\s|$)/.test(words[0] ?? '')
}

function inline(words: readonly string[]): Map<string, Setting[]> {
  const found = new Map<string, Setting[]>()
  for (let index = 1; index < words.length; index++) {
    const word = words[index] as string
    if (!word.startsWith('--')) continue
    const values: string[] = []
    while (words[index + 1] !== undefined && !words[index + 1]?.startsWith('--')) values.push(words[++index] as string)
    const key = word.slice(2).toLowerCase()
    found.set(key, [...(found.get(key) ?? []), { value: values.join(' '), place: word }])
  }
  return found
}

function readConf(
  texts: Texts,
  path: string,
  into: Map<string, Setting[]>,
  base: string,
  above: readonly string[] = [],
): void {
  if (!mayInclude(texts, path, above)) return
  for (const [index, line] of (readText(texts, path, true) ?? '').split('\n').entries()) {
    const match = /^\s*([a-zA-Z][\w-]*)\s+(.*?)\s*$/.exec(line)
    if (!match) continue
    const key = (match[1] as string).toLowerCase()
    const value = (match[2] as string).replaceAll(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => double ?? single ?? '',
    )
    if (key === 'include') {
      for (const file of expand(texts, resolvePath(value, base))) readConf(texts, file, into, base, [...above, path])
      continue
    }
    into.set(key, [...(into.get(key) ?? []), { value, place: `${path}:${index + 1}` }])
  }
}
