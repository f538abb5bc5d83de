// What extractors ask for, before anything is read.

export interface Wants {
  /** Paths of files, relative to the root. */
  readonly files: ReadonlySet<string>
  /** Every file directly inside. */
  readonly directories: ReadonlySet<string>
}

/** Files read out of one wanted directory; package databases that are directories have a few hundred. */
export const DIRECTORY_FILES_MAX = 10_000

/** The directories in which something wanted may be, themselves wanted or above it. */
export function directoriesToEnter(wants: Wants): ReadonlySet<string> {
  const enter = new Set(wants.directories)
  for (const path of [...wants.files, ...wants.directories])
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
      enter.add(path.slice(0, slash))
  return enter
}
