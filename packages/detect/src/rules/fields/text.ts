// Small readings of paths that fields share.

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Falco's fd.directory: without the last slash, `/` for what lies in the root. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}
