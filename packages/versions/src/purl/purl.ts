// What a package URL is made of, once it is normalised (ECMA-427, "Package-URL Specification").
import { err, type Result, YaguraError } from '@yagura/kernel'

export interface Purl {
  /** Lower case. */
  readonly type: string
  /** Segments with a slash between them. */
  readonly namespace: string | undefined
  readonly name: string
  readonly version: string | undefined
  /** Lower-case keys, sorted; no value is empty. */
  readonly qualifiers: ReadonlyMap<string, string>
  /** Segments with a slash between them. */
  readonly subpath: string | undefined
}

/** What somebody says of a package; what is empty counts as left out. */
export interface PurlParts {
  readonly type: string
  readonly namespace?: string | null | undefined
  readonly name: string
  readonly version?: string | null | undefined
  readonly qualifiers?: Iterable<readonly [string, string]> | Readonly<Record<string, string | null | undefined>> | null
  readonly subpath?: string | null | undefined
}

export function invalidPurl(message: string): Result<never, YaguraError> {
  return err(new YaguraError('INPUT_INVALID', message))
}
