// pnpm-lock.yaml (github.com/pnpm/spec, lockfile/): the key of a package is its name and version, written in another way by each version:
// 5 `/@scope/name/1.2.3_peer@4.5.6`, 6 `/@scope/name@1.2.3(peer@4.5.6)`, 9 `@scope/name@1.2.3`. What comes from elsewhere says both inside.
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import { entriesOf, textAt, valueAt } from '../../lock-file/values.ts'
import { readYaml } from '../../lock-file/yaml.ts'
import type { ParsedFile } from '../extractor.ts'

export function parsePnpmLock(bytes: Buffer): ParsedFile {
  const findings = createFindings('npm')
  // from pnpm 11 on a first document holds what pnpm itself needs
  for (const document of readYaml(bytes, findings)) {
    if (document === null) continue
    const version = Number.parseFloat(textAt(document, 'lockfileVersion') ?? '')
    if (!(version >= 5 && version < 10)) {
      findings.problem('The file has no known version of the lock file of pnpm.')
      continue
    }
    for (const [key, entry] of entriesOf(valueAt(document, 'packages'))) addPackage(key, entry, version, findings)
  }
  return findings.parsed()
}

function addPackage(key: string, entry: unknown, lockVersion: number, findings: Findings): void {
  const resolution = valueAt(entry, 'resolution')
  if (textAt(resolution, 'type') === 'directory' || textAt(resolution, 'directory') !== undefined) return
  const fromKey = splitKey(key, lockVersion)
  const name = textAt(entry, 'name') ?? fromKey?.name
  const version = textAt(entry, 'version') ?? fromKey?.version
  if (name === undefined) findings.problem('An entry names no package.')
  else findings.add(name, version ?? textAt(resolution, 'commit'))
}

interface NameAndVersion {
  readonly name: string
  readonly version: string | undefined
}

/** Undefined for keys that are addresses without a name; without version where the key has none. */
function splitKey(key: string, lockVersion: number): NameAndVersion | undefined {
  const path = withoutPeers(key)
  if (lockVersion >= 9) return splitAt(path, '@')
  // up to 8 a key starts with its registry, which is left out where it is the usual one
  const slash = path.indexOf('/')
  if (slash < 0 || path.startsWith('file:') || path.startsWith('link:')) return undefined
  const rest = path.slice(slash + 1)
  return splitAt(rest, lockVersion >= 6 ? '@' : '/')
}

/** `@scope/name@1.2.3` and `@scope/name/1.2.3`; only what starts with a digit is a version. */
function splitAt(text: string, separator: '@' | '/'): NameAndVersion | undefined {
  const scoped = text.startsWith('@')
  const from = scoped ? text.indexOf('/') + 1 : 1
  const at = from === 0 ? -1 : text.indexOf(separator, from)
  if (at <= 0) return undefined
  const rest = text.slice(at + 1)
  const version = separator === '/' ? (rest.split('_')[0] ?? '') : rest
  return { name: text.slice(0, at), version: /^\d[^/]*$/.test(version) ? version : undefined }
}

/** `(peer@1.0.0)(other@2.0.0)` stands at the end; brackets elsewhere belong to the address. */
function withoutPeers(key: string): string {
  if (!key.endsWith(')')) return key
  const at = key.indexOf('(')
  return at < 0 ? key : key.slice(0, at)
}
