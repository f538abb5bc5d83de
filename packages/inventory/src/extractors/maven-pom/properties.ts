// ${name} in a pom.xml (maven.apache.org/pom.html#Properties), as far as the file itself says what stands for it.
import type { Model, Section } from './model.ts'

const MAX_LENGTH = 2048
const MAX_ROUNDS = 16

/** Undefined where something stays open, goes round in a circle, or grows too long. */
export type Resolve = (text: string) => string | undefined

/** What a profile sets goes before what the project sets. */
export function resolver({ project, coordinates }: Model, profile: Section | undefined): Resolve {
  function lookUp(key: string): string | undefined {
    const own = profile?.properties.get(key) ?? project.properties.get(key)
    if (own !== undefined) return own
    const field = key.replace(/^(?:project|pom)\./, '')
    // group and version of the parent are inherited
    return (
      coordinates.get(field) ?? (/^(?:groupId|version)$/.test(field) ? coordinates.get(`parent.${field}`) : undefined)
    )
  }
  return (text) => {
    let resolved = text
    for (let round = 0; round < MAX_ROUNDS && resolved.includes('${'); round++) {
      resolved = resolved.replace(/\$\{([^${}]+)\}/g, (whole, key: string) => lookUp(key.trim()) ?? whole)
      if (resolved.length > MAX_LENGTH) return undefined
    }
    return resolved.includes('${') ? undefined : resolved
  }
}
