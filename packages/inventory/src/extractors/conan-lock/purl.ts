// Package URL of a conan package (purl-spec, types/conan): its user is the namespace, and then its channel must be said.
import { PackageURL } from 'packageurl-js'
import type { FoundPackage } from '../extractor.ts'

/** `vendor` is `user/channel`. */
export function conanPurl({ name, version, vendor }: FoundPackage): string {
  const [user, channel] = vendor?.split('/') ?? []
  const qualifiers = channel === undefined ? undefined : { channel }
  return new PackageURL('conan', qualifiers && user, name, version, qualifiers, undefined).toString()
}
