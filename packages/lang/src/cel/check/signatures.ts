// What functions take and give, one a line: `string.charAt(int): string` is called on a value, `size(list): int` with it. Sources as in
// ../functions. A function that is not here takes anything.
import { parseType, type StaticType } from './type.ts'

const TEXT = `
size(string): int; size(bytes): int; size(list): int; size(map): int
string.size(): int; bytes.size(): int; list.size(): int; map.size(): int
string.contains(string): bool; string.startsWith(string): bool; string.endsWith(string): bool
string.matches(string): bool; matches(string, string): bool
int(int): int; int(uint): int; int(double): int; int(string): int; int(timestamp): int; int(duration): int
uint(uint): uint; uint(int): uint; uint(double): uint; uint(string): uint
double(double): double; double(int): double; double(uint): double; double(string): double
bool(bool): bool; bool(string): bool
string(string): string; string(bool): string; string(int): string; string(uint): string; string(double): string
string(bytes): string; string(timestamp): string; string(duration): string; string(IP): string; string(CIDR): string; string(URL): string
bytes(bytes): bytes; bytes(string): bytes
timestamp(timestamp): timestamp; timestamp(string): timestamp; timestamp(int): timestamp
duration(duration): duration; duration(string): duration; duration(int): duration
type(dyn): type
timestamp.getFullYear(): int; timestamp.getFullYear(string): int; timestamp.getMonth(): int; timestamp.getMonth(string): int
timestamp.getDate(): int; timestamp.getDate(string): int; timestamp.getDayOfMonth(): int; timestamp.getDayOfMonth(string): int
timestamp.getDayOfWeek(): int; timestamp.getDayOfWeek(string): int; timestamp.getDayOfYear(): int; timestamp.getDayOfYear(string): int
timestamp.getHours(): int; timestamp.getHours(string): int; duration.getHours(): int
timestamp.getMinutes(): int; timestamp.getMinutes(string): int; duration.getMinutes(): int
timestamp.getSeconds(): int; timestamp.getSeconds(string): int; duration.getSeconds(): int
timestamp.getMilliseconds(): int; timestamp.getMilliseconds(string): int; duration.getMilliseconds(): int
string.charAt(int): string
string.indexOf(string): int; string.indexOf(string, int): int; list.indexOf(dyn): int
string.lastIndexOf(string): int; string.lastIndexOf(string, int): int; list.lastIndexOf(dyn): int
list(string).join(): string; list(string).join(string): string
string.lowerAscii(): string; string.upperAscii(): string; string.trim(): string; string.reverse(): string; list.reverse(): list
string.replace(string, string): string; string.replace(string, string, int): string
string.split(string): list(string); string.split(string, int): list(string)
string.substring(int): string; string.substring(int, int): string
string.format(list): string; strings.quote(string): string
string.find(string): string; string.findAll(string): list(string); string.findAll(string, int): list(string)
list.isSorted(): bool; list.slice(int, int): list; list.flatten(): list; list.flatten(int): list
list.first(): optional; list.last(): optional; lists.range(int): list(int)
sets.contains(list, list): bool; sets.equivalent(list, list): bool; sets.intersects(list, list): bool
optional.hasValue(): bool
url(string): URL; isURL(string): bool; URL.getScheme(): string; URL.getHost(): string; URL.getHostname(): string
URL.getPort(): string; URL.getEscapedPath(): string; URL.getQuery(): map(string, list)
ip(string): IP; CIDR.ip(): IP; isIP(string): bool; ip.isCanonical(string): bool; IP.family(): int
IP.isUnspecified(): bool; IP.isLoopback(): bool; IP.isLinkLocalMulticast(): bool; IP.isLinkLocalUnicast(): bool; IP.isGlobalUnicast(): bool
cidr(string): CIDR; isCIDR(string): bool; CIDR.containsIP(string): bool; CIDR.containsIP(IP): bool
CIDR.containsCIDR(string): bool; CIDR.containsCIDR(CIDR): bool; CIDR.masked(): CIDR; CIDR.prefixLength(): int
quantity(string): Quantity; isQuantity(string): bool; Quantity.isInteger(): bool; Quantity.asInteger(): int
Quantity.asApproximateFloat(): double; Quantity.sign(): int
Quantity.add(Quantity): Quantity; Quantity.add(int): Quantity; Quantity.sub(Quantity): Quantity; Quantity.sub(int): Quantity
Quantity.compareTo(Quantity): int; Quantity.isGreaterThan(Quantity): bool; Quantity.isLessThan(Quantity): bool
semver(string): Semver; semver(string, bool): Semver; isSemver(string): bool; isSemver(string, bool): bool
Semver.major(): int; Semver.minor(): int; Semver.patch(): int
Semver.compareTo(Semver): int; Semver.isGreaterThan(Semver): bool; Semver.isLessThan(Semver): bool
format.named(string): optional(NamedFormat); NamedFormat.validate(string): optional(list)
base64.encode(bytes): string; base64.decode(string): bytes
math.ceil(double): double; math.floor(double): double; math.trunc(double): double
math.isNaN(double): bool; math.isInf(double): bool; math.isFinite(double): bool
Authorizer.group(string): GroupCheck; Authorizer.path(string): PathCheck; PathCheck.check(string): Decision
GroupCheck.resource(string): ResourceCheck; ResourceCheck.subresource(string): ResourceCheck
ResourceCheck.namespace(string): ResourceCheck; ResourceCheck.name(string): ResourceCheck; ResourceCheck.check(string): Decision
Authorizer.serviceAccount(string, string): Authorizer; ResourceCheck.fieldSelector(string): ResourceCheck
ResourceCheck.labelSelector(string): ResourceCheck
Decision.allowed(): bool; Decision.reason(): string; Decision.errored(): bool; Decision.error(): string
`

export interface Signature {
  readonly text: string
  /** The receiver first, where there is one. */
  readonly takes: readonly StaticType[]
  readonly gives: StaticType
}

const LINE = /^(?:(\w+(?:\([^)]*\))?)\.)?(\w+)\(([^)]*)\): (.+)$/
/** `sets.contains(…)` is a function of a namespace, `list.size()` one of a value. */
const NAMESPACES = new Set(['sets', 'lists', 'strings', 'format', 'base64', 'math', 'ip'])

const signatures = new Map<string, Signature[]>()
for (const text of TEXT.trim().split(/;\s*|\n/)) {
  const [, owner, name = '', given = '', gives = ''] = LINE.exec(text) ?? []
  const isMember = owner !== undefined && !NAMESPACES.has(owner)
  const takes = given === '' ? [] : given.split(', ').map(parseType)
  const key = keyOf(owner === undefined || isMember ? name : `${owner}.${name}`, isMember)
  const signature = { text, takes: isMember ? [parseType(owner), ...takes] : takes, gives: parseType(gives) }
  signatures.set(key, [...(signatures.get(key) ?? []), signature])
}

function keyOf(name: string, isMember: boolean): string {
  return isMember ? `.${name}` : name
}

/** undefined where nothing is known of the function. */
export function signaturesOf(name: string, isMember: boolean): readonly Signature[] | undefined {
  return signatures.get(keyOf(name, isMember))
}
