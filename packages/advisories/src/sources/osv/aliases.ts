// Names of one vulnerability across feeds: what GO, GHSA, PYSEC and CVE records say of each other, taken together.
// The bounds are those of OSV's own grouping (google/osv.dev, alias_computation: a record with more than five aliases is
// left aside, and so is a group of more than 32 names): such records are about several vulnerabilities.
import { isCve } from '../../advisory.ts'

const MAX_ALIASES = 5
const MAX_NAMES = 32

export interface AliasGroups {
  /** All other names, sorted; undefined where the group tells no more than the record itself, or is not to be trusted. */
  namesOf(id: string): readonly string[] | undefined
}

export function createAliasGroups(records: Iterable<readonly [id: string, aliases: readonly string[]]>): AliasGroups {
  const parents = new Map<string, string>()
  const root = (name: string): string => {
    let at = name
    for (let next = parents.get(at); next !== undefined && next !== at; next = parents.get(at)) {
      parents.set(at, parents.get(next) ?? next)
      at = next
    }
    return at
  }
  const said = new Map<string, number>()
  for (const [id, aliases] of records) {
    said.set(id, aliases.length)
    if (aliases.length === 0 || aliases.length > MAX_ALIASES) continue
    for (const name of [id, ...aliases]) if (!parents.has(name)) parents.set(name, name)
    for (const alias of aliases) parents.set(root(alias), root(id))
  }
  const groups = new Map<string, string[]>()
  for (const name of parents.keys()) {
    const key = root(name)
    const group = groups.get(key)
    if (group) group.push(name)
    else groups.set(key, [name])
  }

  return {
    namesOf(id) {
      const names = groups.get(root(id))
      // Two CVEs are two vulnerabilities, though a record in between has both: then each record keeps its own words.
      if (!names || names.length > MAX_NAMES || names.filter(isCve).length > 1) return undefined
      return names.length - 1 > (said.get(id) ?? 0) ? names.filter((name) => name !== id).sort() : undefined
    },
  }
}
