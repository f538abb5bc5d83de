// Every function by name: the libraries together.

import type { Library, Overload } from './function.ts'
import { cluster } from './functions/cluster.ts'
import { format } from './functions/format.ts'
import { image } from './functions/image.ts'
import { ip } from './functions/ip.ts'
import { lists } from './functions/lists.ts'
import { math } from './functions/math.ts'
import { optional } from './functions/optional.ts'
import { quantity } from './functions/quantity.ts'
import { regex } from './functions/regex.ts'
import { semver } from './functions/semver.ts'
import { standard } from './functions/standard.ts'
import { strings } from './functions/strings.ts'
import { url } from './functions/url.ts'

const LIBRARIES: readonly Library[] = [
  standard,
  strings,
  lists,
  math,
  regex,
  optional,
  url,
  ip,
  quantity,
  semver,
  format,
  image,
  cluster,
]

const functions = new Map<string, Overload[]>()
for (const library of LIBRARIES)
  for (const [name, overloads] of Object.entries(library))
    functions.set(name, [...(functions.get(name) ?? []), ...overloads])

export function overloadsOf(name: string, style: Overload['style'], arity: number): readonly Overload[] {
  return (functions.get(name) ?? []).filter((one) => one.style === style && one.arity === arity)
}

export function isFunction(name: string): boolean {
  return functions.has(name)
}
