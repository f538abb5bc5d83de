// Which package.json belongs to something installed. Packages carry others along: examples, fixtures, parts with a manifest of their own.

/** NAME or @SCOPE/NAME directly inside node_modules, or where Debian keeps what it packages. */
const INSTALLED = /(?:^|\/)(?:node_modules|usr\/share\/nodejs)\/(?:@[^/@]+\/)?[^/@.][^/]*\/package\.json$/
/** A release unpacked into a directory of its name and version, as /opt/yarn-v1.22.22 of the Node images. */
const UNPACKED = /(?:^|\/)([^/@]+?)-v?(\d+\.[^/]*)\/package\.json$/
const NOT_INSTALLED = /\/(?:test|tests|__tests__|fixture|fixtures|__fixtures__|example|examples|testdata|mock|mocks)\//

export function isInstalledManifest(path: string): boolean {
  if (!path.endsWith('/package.json')) return false
  if (INSTALLED.test(path)) return !isCarriedAlong(path)
  return !path.includes('node_modules/') && UNPACKED.test(path)
}

/** Below a directory of tests inside a package: node_modules/resolve/test/…/node_modules/… */
function isCarriedAlong(path: string): boolean {
  const first = path.indexOf('node_modules/')
  if (first < 0) return false
  // a package may be called test or examples itself
  const below = path.slice(first).replace(/node_modules\/(?:@[^/]+\/)?[^/]+/g, 'node_modules')
  return NOT_INSTALLED.test(below)
}

/** Name and version that the directory promises; undefined inside node_modules, where it promises none. */
export function unpackedRelease(path: string): { readonly name: string; readonly version: string } | undefined {
  if (INSTALLED.test(path)) return undefined
  const match = UNPACKED.exec(path)
  return match?.[1] !== undefined && match[2] !== undefined ? { name: match[1], version: match[2] } : undefined
}
