// Budgets on everything a stranger can send. Defaults are those of the hostile-input table; an operator can change them.

const MiB = 1024 * 1024
const GiB = 1024 * MiB

export interface Limits {
  readonly layerBytes: number
  readonly imageBytes: number
  /** Unpacked : packed, counted after the first GiB. */
  readonly expansionRatio: number
  readonly archiveEntries: number
  readonly archiveDepth: number
  readonly symlinkDepth: number
  readonly zstdWindowBytes: number
  readonly jsonBytes: number
  readonly jsonDepth: number
  /** Values of one document: each takes memory, however short it is written. */
  readonly jsonValues: number
  readonly lineBytes: number
  readonly indexDepth: number
  readonly indexPlatforms: number
  readonly pathBytes: number
  /** One file of an image that is read whole into memory. */
  readonly fileBytes: number
  /** One such file of a kind that is large by its nature: an archive of an application, a package database. */
  readonly heldBytes: number
}

export const defaultLimits: Limits = {
  layerBytes: 8 * GiB,
  imageBytes: 8 * GiB,
  expansionRatio: 200,
  archiveEntries: 1_000_000,
  archiveDepth: 5,
  symlinkDepth: 8,
  zstdWindowBytes: 32 * MiB,
  jsonBytes: 64 * MiB,
  jsonDepth: 200,
  jsonValues: 3_000_000,
  lineBytes: MiB,
  indexDepth: 3,
  indexPlatforms: 32,
  pathBytes: 4096,
  fileBytes: 64 * MiB,
  heldBytes: 256 * MiB,
}
