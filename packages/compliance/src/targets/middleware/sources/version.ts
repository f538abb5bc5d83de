// The version of a server without asking it: what its image says of itself, its package, its tag.
import type { ContainerRoot } from '../../../reader/container-root.ts'
import type { MiddlewareInstance } from '../process.ts'

export interface VersionSigns {
  /** Set by the images their vendors make. */
  readonly variables?: readonly string[]
  /** Debian and Alpine packages that hold the server itself. */
  readonly packages?: RegExp
  /** Written in the program. */
  readonly inProgram?: RegExp
}

const PROGRAM_BYTES = 6 * 1024 * 1024

export function versionOf({ process }: MiddlewareInstance, root: ContainerRoot, signs: VersionSigns): string | null {
  for (const name of signs.variables ?? []) {
    const found = version(process.environment?.get(name))
    if (found) return found
  }
  const packaged = signs.packages ? packageVersion(root, signs.packages) : undefined
  if (packaged) return packaged
  if (signs.inProgram && process.executable) {
    const program = root.head(process.executable, PROGRAM_BYTES)
    const written = program.kind === 'found' ? signs.inProgram.exec(program.value.toString('latin1'))?.[1] : undefined
    if (written) return written
  }
  return version(/:v?(\d[^@]*)/.exec(process.image.slice(process.image.lastIndexOf('/') + 1))?.[1]) ?? null
}

function version(text: string | undefined): string | undefined {
  return /(?:^|[^\d.])(\d+(?:\.\d+){0,3})/.exec(text ?? '')?.[1]
}

/** dpkg(1) status, its parts as distroless images have them, and the database of apk. */
function packageVersion(root: ContainerRoot, name: RegExp): string | undefined {
  const parts = root.list('/var/lib/dpkg/status.d')
  const files =
    parts.kind === 'found'
      ? parts.value.filter((one) => name.test(one)).map((one) => `/var/lib/dpkg/status.d/${one}`)
      : []
  for (const file of ['/var/lib/dpkg/status', ...files]) {
    const text = root.head(file, 4 * 1024 * 1024)
    if (text.kind !== 'found') continue
    for (const stanza of text.value.toString('utf8').split('\n\n')) {
      if (name.test(/^Package: (.*)$/m.exec(stanza)?.[1] ?? '') && !/^Status:.*(deinstall|not-installed)/m.test(stanza))
        return version(/^Version: (?:\d+:)?(.*)$/m.exec(stanza)?.[1])
    }
  }
  const apk = root.head('/lib/apk/db/installed', 4 * 1024 * 1024)
  if (apk.kind !== 'found') return undefined
  for (const stanza of apk.value.toString('utf8').split('\n\n')) {
    if (name.test(/^P:(.*)$/m.exec(stanza)?.[1] ?? '')) return version(/^V:(.*)$/m.exec(stanza)?.[1])
  }
  return undefined
}
