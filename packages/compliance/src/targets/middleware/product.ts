// What each product brings: how its configuration is found and read, and what is known of the server besides.

import type { Reading } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'
import type { MiddlewareInstance } from './process.ts'

export interface Loaded {
  /** The value behind `conf:KEY`. */
  readonly conf: (key: string) => Reading
  /** Files and directories that records name with $: `$PGDATA`. None: the server uses no such file. */
  readonly paths: Readonly<Record<string, readonly string[]>>
  /** Of `when` and `fact:NAME`. */
  readonly facts: Readonly<Record<string, string | number | boolean>>
  /** As the product says it; null when it could not be told. */
  readonly version: string | null
  readonly flavor: string
  readonly edition: string
}

export interface Product {
  /** Words for `--name value`, `-c name=value`; undefined: the product has no such flag on its line. */
  readonly argument: (instance: MiddlewareInstance, flag: string) => string | undefined
  readonly load: (instance: MiddlewareInstance, root: ContainerRoot) => Loaded
}
