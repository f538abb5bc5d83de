// What is written inside a jar about itself: META-INF/maven/GROUP/ARTIFACT/pom.properties (of each artifact that was packed into it)
// and the main section of META-INF/MANIFEST.MF (JAR file specification).

export interface Coordinates {
  readonly group: string | undefined
  readonly artifact: string | undefined
  readonly version: string | undefined
}

/** java.util.Properties, as far as Maven writes them; values it did not fill in are none. */
export function parsePomProperties(text: string): Coordinates {
  const values = new Map<string, string>()
  for (const line of text.split(/\r?\n/, 100)) {
    const [, key = '', value = ''] = /^\s*(groupId|artifactId|version)\s*[=:]\s*(\S+)\s*$/.exec(line) ?? []
    if (key && !value.includes('${')) values.set(key, value)
  }
  return { group: values.get('groupId'), artifact: values.get('artifactId'), version: values.get('version') }
}

export interface Manifest {
  readonly title: string | undefined
  readonly implementationVersion: string | undefined
  readonly bundleVersion: string | undefined
  /** Of Jenkins: Maven's own group and name, which the maven-hpi-plugin writes. */
  readonly plugin: { readonly group: string; readonly artifact: string } | undefined
  readonly pluginVersion: string | undefined
}

/** Lines of 72 bytes, continued by lines that start with a space. */
export function parseManifest(text: string): Manifest {
  const main = text.replace(/\r\n?/g, '\n').split('\n\n', 1)[0] ?? ''
  const values = new Map<string, string>()
  for (const line of main.replace(/\n /g, '').split('\n', 1000)) {
    const colon = line.indexOf(':')
    if (colon > 0) values.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  const [group, artifact] = [values.get('group-id'), values.get('artifact-id') ?? values.get('short-name')]
  const isPlugin = GROUP.test(group ?? '') && NAME.test(artifact ?? '')
  return {
    plugin: isPlugin && group && artifact ? { group, artifact } : undefined,
    // 2.387.v7f1b_ of plugins that are released at every change; what stands in brackets is of a build at home
    pluginVersion: isPlugin ? plainVersion(values.get('plugin-version')?.replace(/\s+\(.*$/, '')) : undefined,
    title: plainName(values.get('implementation-title')),
    implementationVersion: plainVersion(values.get('implementation-version')),
    bundleVersion: plainVersion(values.get('bundle-version')),
  }
}

const NAME = /^[A-Za-z0-9][\w.-]{0,200}$/
const GROUP = /^[A-Za-z_][\w-]*(?:\.[\w-]+)+$/

/** Titles are written for people; only one that looks like an artifact is its name. */
function plainName(text: string | undefined): string | undefined {
  return text && /^[a-z0-9][a-z0-9._-]{0,200}$/.test(text) ? text : undefined
}

/** `1.2.3`; not `1.2.3 (build 5)`, not `${project.version}`. */
function plainVersion(text: string | undefined): string | undefined {
  return text && /^v?\d[\w.+-]{0,100}$/.test(text) ? text : undefined
}
