// Image references, as Kyverno's image library has them. A reference is read as Go's containerregistry reads it: docker.io is index.docker.io,
// one word there is below library/, no tag is `latest` (github.com/google/go-containerregistry, pkg/name).
import { CelFailure, noOverload } from '../error.ts'
import { global, type Library, member, text } from '../function.ts'
import { CelObject, type CelValue, typeName } from '../value.ts'

const REPOSITORY = /^[a-z0-9._/-]{2,255}$/
const TAG = /^[A-Za-z0-9_.-]{1,127}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/
const REGISTRY = /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?$/

interface ImageReference {
  readonly registry: string
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

class CelImage extends CelObject {
  readonly typeName = 'kyverno.image'
  readonly source: string
  readonly reference: ImageReference
  constructor(source: string, reference: ImageReference) {
    super()
    this.source = source
    this.reference = reference
  }

  equals(other: CelObject): boolean {
    return other instanceof CelImage && other.source === this.source
  }

  override text(): string {
    return this.source
  }
}

function parse(source: string): ImageReference | undefined {
  const [named = '', digest = '', ...more] = source.split('@')
  if (more.length > 0 || (source.includes('@') && !DIGEST.test(digest))) return undefined
  const colon = named.lastIndexOf(':')
  const hasTag = colon > named.lastIndexOf('/')
  const path = hasTag ? named.slice(0, colon) : named
  const tag = hasTag ? named.slice(colon + 1) : 'latest'
  const [first = '', ...rest] = path.split('/')
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const registry = hasRegistry && first !== 'docker.io' ? first : 'index.docker.io'
  const bare = hasRegistry ? rest.join('/') : path
  const repository = registry === 'index.docker.io' && !bare.includes('/') ? `library/${bare}` : bare
  if (!REGISTRY.test(registry) || !REPOSITORY.test(repository) || !TAG.test(tag)) return undefined
  return { registry, repository, tag: digest === '' ? tag : '', digest }
}

function isImage(value: CelValue): value is CelImage {
  return value instanceof CelImage
}

function of(value: CelValue): ImageReference {
  if (value instanceof CelImage) return value.reference
  throw noOverload(`${typeName(value)} where an image is wanted`)
}

function make(source: string): CelImage {
  const reference = parse(source)
  if (!reference) throw new CelFailure(`not an image reference: ${source.slice(0, 128)}`)
  return new CelImage(source, reference)
}

const parsing = [global(1, (_, source) => make(text(source)))]

export const image: Library = {
  image: parsing,
  parseImageReference: parsing,
  ParseImageRef: parsing,
  isImage: [global(1, (_, source) => parse(text(source)) !== undefined)],
  registry: [member(1, isImage, (_, value) => of(value).registry)],
  repository: [member(1, isImage, (_, value) => of(value).repository)],
  identifier: [member(1, isImage, (_, value) => of(value).digest || of(value).tag)],
  tag: [member(1, isImage, (_, value) => of(value).tag)],
  digest: [member(1, isImage, (_, value) => of(value).digest)],
  containsDigest: [member(1, isImage, (_, value) => of(value).digest !== '')],
}
