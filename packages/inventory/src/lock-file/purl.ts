// Package URLs of language packages (github.com/package-url/purl-spec, types/). Names are split where the type says so.
import { purlText } from '@yagura/versions/purl'
import type { FoundPackage } from '../extractors/extractor.ts'

/** The whole name is the name: cargo, gem, nuget, pub, pypi. */
export function plainPurl(found: FoundPackage, type: string): string {
  const { name, version } = found
  return purlText({ type, name, version })
}

/** @scope/name */
export function npmPurl(found: FoundPackage): string {
  return found.name.startsWith('@') ? splitPurl('npm', '/', found) : plainPurl(found, 'npm')
}

/** vendor/name, host/owner/name: the last part is the name. */
export function pathPurl(found: FoundPackage, type: string): string {
  return splitPurl(type, '/', found)
}

/** group:artifact */
export function mavenPurl(found: FoundPackage): string {
  return splitPurl('maven', ':', found)
}

function splitPurl(type: string, separator: string, { name, version }: FoundPackage): string {
  const at = name.lastIndexOf(separator)
  return purlText({ type, namespace: at < 0 ? undefined : name.slice(0, at), name: name.slice(at + 1), version })
}
