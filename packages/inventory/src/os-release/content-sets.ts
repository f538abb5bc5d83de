// Which repositories the packages of an image of Red Hat come from: its build leaves the content sets that were used in
// root/buildinfo/content_manifests/*.json or usr/share/buildinfo/content-sets.json, and the CPE of the product in labels.json beside it.
// Advisories of Red Hat speak of one product each, so that an image of an extended release (EUS) is judged by the fixes made for that.

import type { Limits } from '@yagura/kernel'
import { baseName, parentPath, parseJson } from '@yagura/safe-io'
import { listOf, textAt, textOf, valueAt } from '../lock-file/values.ts'

export const BUILD_INFO_DIRECTORIES = ['root/buildinfo/content_manifests', 'usr/share/buildinfo'] as const

const MAX_LENGTH = 512
/** ubi-9-baseos-rpms, rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2, rhel-8-for-x86_64-baseos-rpms__8 */
const CONTENT_SET =
  /^(?:ubi-(\d+)|rhel-(\d+)-for-\w+)-([a-z][a-z-]*?)(?:-(eus|e4s|aus|tus))?(?:-(?:debug|source))?-rpms(?:__(\d+)(?:_DOT_(\d+))?)?$/
const OPENSHIFT = /^rhocp-(\d+\.\d+)-for-rhel-(\d+)-\w+-rpms$/
const CPE = /^cpe:\/[ao]:redhat:([a-z_]+:[\d.]+(?:::[a-z0-9_]+)?)$/
const REPOSITORIES: Readonly<Record<string, string>> = { 'codeready-builder': 'crb', supplementary: 'supplementary' }

export function isBuildInfo(path: string): boolean {
  return path.endsWith('.json') && (BUILD_INFO_DIRECTORIES as readonly string[]).includes(parentPath(path))
}

/** `enterprise_linux:9::baseos`, `rhel_eus:9.2::appstream` …: what stands in a CPE behind the vendor. Sorted; empty where nothing is known. */
export function productsIn(path: string, bytes: Buffer, limits: Limits): readonly string[] {
  const document = parseJson(bytes, limits, 'The build information')
  if (!document.ok) return []
  const named =
    baseName(path) === 'labels.json'
      ? [CPE.exec(textAt(document.value, 'cpe') ?? '')?.[1]]
      : listOf(valueAt(document.value, 'content_sets')).map((one) => productOf(textOf(one) ?? ''))
  return [...new Set(named.filter((one) => one !== undefined))].sort()
}

/** The suffix of a whole release says nothing new (`__8`); that of a minor one is what an extended release is of (`__9_DOT_2`). */
function productOf(contentSet: string): string | undefined {
  const [, version, rhel] = OPENSHIFT.exec(contentSet) ?? []
  if (version !== undefined) return `openshift:${version}::el${rhel}`
  const match = CONTENT_SET.exec(contentSet)
  if (!match) return undefined
  const [, ubi, red, name = '', extended, major, minor] = match
  const repository = REPOSITORIES[name] ?? name.replaceAll('-', '_')
  if (extended === undefined) return `enterprise_linux:${ubi ?? red}::${repository}`
  return minor === undefined ? undefined : `rhel_${extended}:${major}.${minor}::${repository}`
}

/** As the branch of an operating system, which is short text. */
export function branchOf(products: readonly string[]): string | undefined {
  const kept: string[] = []
  for (const product of new Set(products.toSorted()))
    if (kept.join(' ').length + 1 + product.length <= MAX_LENGTH) kept.push(product)
  return kept.length === 0 ? undefined : kept.join(' ')
}
