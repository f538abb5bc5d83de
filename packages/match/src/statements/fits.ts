// Does a statement speak of a package? By name, purl, path, or as a part of an image or of another package.
import type { Image, SoftwarePackage } from '@yagura/schema'
import { purlCovers, readPurl } from '@yagura/versions/purl'
import type { Product } from './statement.ts'

export interface Scene {
  readonly image: Pick<Image, 'digest' | 'manifestDigest' | 'names'>
  readonly packages: readonly SoftwarePackage[]
}

export function fits(product: Product, item: SoftwarePackage, scene: Scene): boolean {
  if (product.package !== undefined && product.package !== item.name && product.package !== item.source?.name)
    return false
  if (product.path !== undefined && !item.locations.some(({ path }) => isInside(path, product.path ?? ''))) return false
  return product.id === undefined || fitsId(product.id, product.parts ?? [], item, scene)
}

function fitsId(id: string, parts: readonly string[], item: SoftwarePackage, scene: Scene): boolean {
  if (parts.length === 0) return isImage(id, scene.image) || isPackage(id, item)
  if (!parts.some((part) => isPackage(part, item))) return false
  return isImage(id, scene.image) || scene.packages.some((whole) => isPackage(id, whole) && holds(whole, item))
}

/** Without a graph of dependencies: what lies in the same file, such as a library that is packed into an archive, or below its folder. */
function holds(whole: SoftwarePackage, part: SoftwarePackage): boolean {
  return part.locations.every(({ path }) =>
    whole.locations.some((location) => path === location.path || isInside(path, folderOf(location.path))),
  )
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || path
}

export function isInside(path: string, folder: string): boolean {
  const prefix = folder.replace(/\/(?:\*\*?)?$/, '')
  return path === prefix || path.startsWith(`${prefix}/`)
}

/** Named by the package itself, or by the source it was built from. */
function isPackage(id: string, item: SoftwarePackage): boolean {
  const said = readPurl(id)
  const own = readPurl(item.purl)
  if (!said || !own) return false
  if (purlCovers(said, own)) return true
  return item.source !== null && purlCovers(said, { ...own, name: item.source.name, version: item.source.version })
}

/** `pkg:oci/NAME@sha256:…?repository_url=…`, or a name as people write it. */
function isImage(id: string, image: Scene['image']): boolean {
  const said = readPurl(id)
  if (!said) return image.names.includes(id) || (id !== '' && [image.digest, image.manifestDigest].includes(id))
  if (said.type !== 'oci' && said.type !== 'docker') return false
  if (said.version?.startsWith('sha256:')) return [image.digest, image.manifestDigest].includes(said.version)
  const repository = said.qualifiers.get('repository_url')
  const tag = said.qualifiers.get('tag') ?? said.version
  return image.names.some((name) => {
    const [, path = name, ownTag] = /^(.*?)(?::([^:/@]+))?(?:@.*)?$/.exec(name) ?? []
    if (repository !== undefined && path !== repository && path !== `${repository}/${said.name}`) return false
    return path.split('/').at(-1) === said.name && (tag === undefined || ownTag === undefined || tag === ownTag)
  })
}
