// Which packages of a language belong to a package of the operating system: its vendor patches them without changing their version,
// so upstream's advisories do not speak about them.
import type { SoftwarePackage } from '@yagura/schema'
import { listedPlaces } from '../layers/listed-places.ts'
import type { ImageReading } from '../layers/read-image.ts'
import type { OwnedFile } from '../layers/reading.ts'
import type { LiveFile, PlacedFile } from './placed.ts'

export type Owner = NonNullable<SoftwarePackage['ownedBy']>

export interface Owners {
  /** The owner of all these files; null where one of them belongs to nobody. */
  of(files: readonly PlacedFile[]): Owner | null
  owns(path: string): boolean
}

export function createOwners(image: ImageReading, files: readonly LiveFile[]): Owners {
  const owners = new Map<string, OwnedFile>()
  const placeOf = listedPlaces(image.view)
  for (const { reading } of files) for (const owned of reading.owned) owners.set(placeOf(owned.path), owned)
  return {
    of(places) {
      const found = places.map((place) => owners.get(place.path))
      const [first] = found
      if (!first || !found.every(Boolean)) return null
      return { name: first.name, type: first.type }
    },
    owns: (path) => owners.has(path),
  }
}
