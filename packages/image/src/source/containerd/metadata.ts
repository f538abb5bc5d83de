// Names of images in containerd's metadata (containerd, metadata/buckets.go): v1 / NAMESPACE / images / NAME / target / {digest, mediatype, size}.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { completeName } from '../../manifest/names.ts'
import { type Descriptor, DIGEST } from '../../manifest/oci.ts'
import { type BoltBucket, readBolt } from './bolt/bolt.ts'

export interface ContainerdImage {
  readonly namespace: string
  readonly name: string
  readonly target: Pick<Descriptor, 'digest' | 'mediaType'>
}

/** Every image of every namespace. Errors are thrown: those of readBolt. */
export function listContainerdImages(database: string): readonly ContainerdImage[] {
  return readBolt(database, (root) => [...imagesOf(root)])
}

/**
 * `[NAMESPACE/]NAME`: the first part is a namespace if there is one of that name. Without one, all are searched, `default` first.
 * Short names are completed as the docker client does it.
 */
export function findContainerdImage(
  images: readonly ContainerdImage[],
  text: string,
  where: string,
): Result<ContainerdImage, YaguraError> {
  const namespaces = new Set(images.map((image) => image.namespace))
  const slash = text.indexOf('/')
  const first = text.slice(0, Math.max(slash, 0))
  const searched = namespaces.has(first) ? [first] : [...namespaces].sort((a, b) => rank(a) - rank(b))
  const names = completeName(namespaces.has(first) ? text.slice(slash + 1) : text)
  for (const namespace of searched)
    for (const name of names) {
      const found = images.find((image) => image.namespace === namespace && image.name === name)
      if (found) return ok(found)
    }
  const known = images
    .filter((image) => searched.includes(image.namespace))
    .map((image) => `${image.namespace}/${image.name}`)
  return err(
    new YaguraError('INPUT_NOT_FOUND', `containerd knows no image ${text} (looked in ${where}).`, {
      hint: known.length > 0 ? `It has ${known.slice(0, 10).join(', ')}.` : 'It has no images.',
    }),
  )
}

function rank(namespace: string): number {
  return namespace === 'default' ? 0 : 1
}

function* imagesOf(root: BoltBucket): Generator<ContainerdImage> {
  const version = root.bucket('v1')
  if (!version) return
  for (const { key: namespace, isBucket } of version.entries()) {
    if (!isBucket) continue
    const images = version.bucket(namespace)?.bucket('images')
    if (!images) continue
    for (const { key: name } of images.entries()) {
      const target = images.bucket(name)?.bucket('target')
      const digest = target?.text('digest') ?? ''
      if (!DIGEST.test(digest)) continue
      const mediaType = target?.text('mediatype')
      yield { namespace, name, target: { digest, mediaType } }
    }
  }
}
