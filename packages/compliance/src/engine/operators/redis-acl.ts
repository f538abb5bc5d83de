// May a user of Redis run a command that takes the server over or empties it? The rules of a user are read from left to right, as
// Redis applies them (redis.io/docs/management/security/acl). A few commands stand for their categories.

const ADMIN = [
  'acl',
  'bgsave',
  'bgrewriteaof',
  'config',
  'debug',
  'module',
  'monitor',
  'replicaof',
  'save',
  'shutdown',
  'slaveof',
]
const EMPTYING = ['flushall', 'flushdb']
const DANGEROUS = [...ADMIN, ...EMPTYING, 'keys', 'migrate', 'restore', 'sort', 'swapdb']

const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  all: DANGEROUS,
  dangerous: DANGEROUS,
  slow: DANGEROUS,
  admin: ADMIN,
  keyspace: [...EMPTYING, 'keys', 'migrate', 'restore', 'swapdb'],
  write: [...EMPTYING, 'migrate', 'restore', 'sort', 'swapdb'],
  read: ['keys'],
}

/** `user NAME on ~* +@all`, one user. Undefined: not a line of ACL LIST. */
export function hasNoDangerousCommand(line: string, trusted: readonly string[]): boolean | undefined {
  const [user, name, ...rules] = line.trim().split(/\s+/)
  if (user !== 'user' || name === undefined) return undefined
  if (trusted.includes(name) || !rules.includes('on')) return true
  const allowed = new Set<string>()
  for (const rule of rules) apply(rule === 'allcommands' ? '+@all' : rule.toLowerCase(), allowed)
  return allowed.size === 0
}

function apply(rule: string, allowed: Set<string>): void {
  if (rule === 'nocommands' || rule === 'reset') allowed.clear()
  const sign = rule[0]
  if (sign !== '+' && sign !== '-') return
  const named = rule.slice(1)
  const commands = named.startsWith('@') ? (CATEGORIES[named.slice(1)] ?? []) : DANGEROUS.filter((one) => one === named)
  for (const command of commands) sign === '+' ? allowed.add(command) : allowed.delete(command)
}
