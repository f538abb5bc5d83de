// Which of the images behind one name is meant: `os/architecture[/variant]`, as docker and OCI write it.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
}

interface StoredPlatform {
  readonly os?: string | undefined
  readonly architecture?: string | undefined
  readonly variant?: string | undefined
}

/** Errors: USAGE. */
export function parsePlatform(text: string): Result<Platform, YaguraError> {
  const [, os, architecture, variant] = /^([a-z0-9]{1,32})\/([a-z0-9_]{1,32})(?:\/([a-z0-9.]{1,32}))?$/.exec(text) ?? []
  if (os !== undefined && architecture !== undefined) return ok({ os, architecture, variant })
  return err(new YaguraError('USAGE', `${text} is not a platform; write for example linux/arm64.`))
}

export function formatPlatform({ os, architecture, variant }: StoredPlatform): string {
  return [os ?? 'unknown', architecture ?? 'unknown', variant].filter((part) => part !== undefined).join('/')
}

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch

/** Lower is better; undefined for what was not asked for. Without a wish, this machine's own architecture is the best, then any Linux. */
export function platformRank(stored: StoredPlatform | undefined, wanted: Platform | undefined): number | undefined {
  if (!wanted) {
    if (!stored) return 1
    if (stored.os !== 'linux') return 3
    return stored.architecture === ARCHITECTURE ? 0 : 2
  }
  // an entry that says nothing may still lead to the right one
  if (!stored?.architecture) return 2
  if (stored.os !== wanted.os || stored.architecture !== wanted.architecture) return undefined
  if (variantOf(stored) === variantOf(wanted)) return 0
  return wanted.variant === undefined ? 1 : undefined
}

/** arm64 is version 8 of its architecture, said or not (containerd/platforms, normalizeArch). */
function variantOf({ architecture, variant }: StoredPlatform): string | undefined {
  return architecture === 'arm64' && variant === undefined ? 'v8' : variant
}
