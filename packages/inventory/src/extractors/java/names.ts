// What the name of a jar says: `log4j-1.2-api-2.17.1.jar` is log4j-1.2-api in version 2.17.1.

export interface JarName {
  readonly artifact: string
  readonly version: string | undefined
}

const ARCHIVE = /\.(?:jar|war|ear|par|sar|hpi|jpi|kar|lpkg)$/i
const VERSION =
  /^\d+(?:\.\d+)*(?:[._-]?(?:[a-z]{0,2}\d+|final|ga|release|snapshot|jre\d*|jdk\d*|android|rc[.-]?\d*|cr\d*|m\d+|sp\d*|alpha[.-]?\d*|beta[.-]?\d*|incubating|preview|redhat|pre|build\d*|ea|mr\d*|v\d+|r\d+))*[a-z]?(?:[~+][\w.~+]*)?$/i
/** Which build of one version: no part of it. */
const CLASSIFIER =
  /-(?:all|shaded|nodep|standalone|fat|uber|jar-with-dependencies|(?:linux|osx|windows|mac|win)[\w-]*)$/i
/** Eclipse's way; names without dots have the version of Scala there: cats-core_2.13. */
const BUNDLE = /^([^_-]+\.[^_-]+)_(\d+\.\d+\.\d+(?:[.-][\w-]+)*)$/
const MAX_NAME = 300

export function isArchive(path: string): boolean {
  return ARCHIVE.test(path)
}

export function nameOf(path: string): JarName {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(ARCHIVE, '')
  if (stem.length > MAX_NAME) return { artifact: stem.slice(0, MAX_NAME), version: undefined }
  const plain = stem.replace(CLASSIFIER, '')
  // the last word may be a classifier of any name: guice-3.1.0-no_aop
  return split(plain) ?? split(plain.replace(/-[a-z][a-z_]*$/, '')) ?? { artifact: stem, version: undefined }
}

function split(text: string): JarName | undefined {
  const [, bundle, bundleVersion] = BUNDLE.exec(text) ?? []
  if (bundle !== undefined) return { artifact: bundle, version: bundleVersion }
  for (let dash = text.indexOf('-'); dash > 0; dash = text.indexOf('-', dash + 1)) {
    const version = text.slice(dash + 1)
    if (VERSION.test(version)) return { artifact: text.slice(0, dash), version }
  }
  return undefined
}
