// Names inside archives and images become paths inside a virtual root, whatever their author wrote.

/**
 * `../../etc/passwd`, `/etc/passwd`, `./etc//passwd` → `etc/passwd`; the root itself → ``.
 * Backslashes and drive letters are ordinary characters, as on Linux. Undefined for names that no Linux file can have (NUL, too long), and for those nested
 * deeper than any tool writes, on which every step of a walk would be slow.
 */
export function normalisePath(name: string, maxBytes = 4096): string | undefined {
  if (name.length > maxBytes || name.includes('\0') || isTooDeep(name)) return undefined
  if (isPlain(name)) return name
  const parts: string[] = []
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** `a/b` and `dir/name` → name */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `a/b` → `a`; `a` → `` */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}

const MAX_PARTS = 256

function isTooDeep(name: string): boolean {
  if (name.length < 2 * MAX_PARTS) return false
  let slashes = 0
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) slashes++
  return slashes >= MAX_PARTS
}

/** True for the usual case that needs no work: no empty, `.` or `..` part. */
function isPlain(name: string): boolean {
  if (name === '') return true
  let partStart = 0
  for (let at = 0; at <= name.length; at++) {
    const code = at < name.length ? name.charCodeAt(at) : 47
    if (code !== 47) continue
    const length = at - partStart
    if (length === 0) return false
    if (name.charCodeAt(partStart) === 46 && (length === 1 || (length === 2 && name.charCodeAt(partStart + 1) === 46)))
      return false
    partStart = at + 1
  }
  return true
}
