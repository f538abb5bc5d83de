// A file of a language package that an operating system package owns is judged by the vendor of that package. Where upstream is
// asked as well, what the vendor says was never affected stays silent (grype: NAK of Alpine at owned paths).
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { type AdvisoryLookup, type Decision, decide } from './decide.ts'
import type { Conclusion } from './finding.ts'

type Owner = NonNullable<SoftwarePackage['ownedBy']>

interface Given {
  readonly operatingSystem: OperatingSystem | null
  readonly packages: readonly SoftwarePackage[]
}

export interface Owners {
  /** Whether the vendor judges what its package owns: not where somebody else built the package. */
  judges(owner: Owner): boolean
  /** Whether the vendor of the owner says that the vulnerability does not concern it. */
  clears(owner: Owner, conclusion: Conclusion): boolean
}

export function createOwners({ operatingSystem, packages }: Given, database: AdvisoryLookup): Owners {
  let byName: Map<string, SoftwarePackage> | undefined
  const decisions = new Map<string, Decision | undefined>()
  const cleared = new Map<string, ReadonlySet<string>>()

  function decisionOn(owner: Owner): Decision | undefined {
    const key = `${owner.type}\0${owner.name}`
    if (decisions.has(key)) return decisions.get(key)
    byName ??= new Map(packages.map((item) => [`${item.type}\0${item.name}`, item]))
    const item = byName.get(key)
    const decision = item && decide(item, database, { operatingSystem, all: true })
    decisions.set(key, decision)
    return decision
  }

  function clearedBy(owner: Owner): ReadonlySet<string> {
    const conclusions = decisionOn(owner)?.conclusions ?? []
    const never = conclusions.filter(({ status }) => status === 'not-affected')
    return new Set(never.flatMap(({ id, aliases }) => [id, ...aliases]))
  }

  return {
    judges: (owner) => decisionOn(owner)?.notCovered?.kind !== 'third-party',
    clears(owner, { id, aliases }) {
      const key = `${owner.type}\0${owner.name}`
      const known = cleared.get(key) ?? clearedBy(owner)
      cleared.set(key, known)
      return [id, ...aliases].some((name) => known.has(name))
    },
  }
}
