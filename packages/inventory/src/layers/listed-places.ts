// Databases list files as they were packed: /lib/x, where the image has a link from lib to usr/lib.
import type { FileView } from '@yagura/image'
import { baseName, joinPath, parentPath } from '@yagura/safe-io'

/** Where a listed file is in the end; each directory is looked up once. */
export function listedPlaces(view: FileView): (path: string) => string {
  const directories = new Map<string, string>()
  return (path) => {
    const parent = parentPath(path)
    let place = directories.get(parent)
    if (place === undefined) {
      const resolution = view.resolve(parent)
      place = resolution.kind === 'directory' ? resolution.path : parent
      directories.set(parent, place)
    }
    return joinPath(place, baseName(path))
  }
}
