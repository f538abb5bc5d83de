// Package URL of a conan package (purl-spec, types/conan): its user is the namespace, and then its channel must be said.
import { purlText } from '@yagura/versions/purl'
import type { FoundPackage } from '../extractor.ts'

/** `vendor` is `user/channel`. */
export function conanPurl({ name, version, vendor }: FoundPackage): string {
  const [user, channel] = vendor?.split('/') ?? []
  return purlText({ type: 'conan', namespace: channel && user, name, version, qualifiers: { channel } })
}
