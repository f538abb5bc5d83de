// Versions as npm takes them: Semantic Versioning, loose where old packages are (`v1.2.3`, `1.2.3beta`, `01.2.3`), by node-semver.
import { compareDigits, MAX_VERSION_LENGTH, type VersionScheme } from '../../scheme.ts'
import { type SemanticVersion, scheme as semver } from '../semver/index.ts'

const PATTERN =
  /^[v=\s]*(\d+)\.(\d+)\.(\d+)(?:-?((?:\d*[a-zA-Z-][a-zA-Z0-9-]*|\d+)(?:\.(?:\d*[a-zA-Z-][a-zA-Z0-9-]*|\d+))*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

const MAX_NUMBER = String(Number.MAX_SAFE_INTEGER)

function parse(text: string): SemanticVersion | undefined {
  const match = text.length > MAX_VERSION_LENGTH ? null : PATTERN.exec(text.trim())
  if (!match) return undefined
  const [, major = '', minor = '', patch = '', prerelease] = match
  if ([major, minor, patch].some((part) => compareDigits(part, MAX_NUMBER) > 0)) return undefined
  return { core: [major, minor, patch], prerelease: prerelease?.split('.') ?? [] }
}

export const scheme: VersionScheme<SemanticVersion> = { parse, compare: semver.compare }
