// Package URLs of language packages (github.com/package-url/purl-spec, types/). Names are split where the type says so.
import { PackageURL } from 'packageurl-js'
import type { FoundPackage } from '../extractors/extractor.ts'

/** The whole name is the name: cargo, gem, nuget, pub, pypi. */
export function plainPurl(found: FoundPackage, type: string): string {
  return purl(type, undefined, found.name, found.version)
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
  return purl(type, at < 0 ? undefined : name.slice(0, at), name.slice(at + 1), version)
}

function purl(type: string, namespace: string | undefined, name: string, version: string): string {
  return new PackageURL(type, namespace, name, version, undefined, undefined).toString()
}
