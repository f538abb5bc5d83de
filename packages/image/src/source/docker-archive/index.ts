// `docker save` and everything that writes its form: a tar with manifest.json, the configuration and the layers.
// An archive without manifest.json may still be an OCI layout in a tar.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { normalisePath } from '@yagura/safe-io'
import type { LayerSource } from '../../layer/source.ts'
import { tarLayer } from '../../layer/tar-layer.ts'
import { digestOf } from '../../manifest/blobs.ts'
import { describeImage, type StoredDescriptor } from '../../manifest/image.ts'
import { configDocument, dockerManifestDocument } from '../../manifest/oci.ts'
import { parseDocument } from '../../manifest/parse.ts'
import { type Archive, openArchive } from '../archive.ts'
import { gapOf } from '../gap.ts'
import { openOciArchive } from '../oci/index.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'

export async function openDockerArchive(path: string, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  const archive = await openArchive(path, options.limits)
  return archive.ok ? openImageArchive(archive.value, options) : archive
}

/** Takes the archive over: it is closed with the image, or when there is none in it. */
export async function openImageArchive(
  archive: Archive,
  options: OpenOptions,
): Promise<Result<OpenedImage, YaguraError>> {
  const opened = archive.names.has('manifest.json')
    ? await openMembers(archive, options)
    : await openOther(archive, options)
  if (!opened.ok) await archive.close()
  return opened
}

async function openOther(archive: Archive, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  if (archive.names.has('index.json')) return openOciArchive(archive, null, options)
  return err(
    new YaguraError(
      'INPUT_INVALID',
      `${archive.path} is a tar archive, but not of an image: it holds neither manifest.json nor index.json.`,
      {
        hint: 'Write it with docker save, podman save or skopeo copy.',
      },
    ),
  )
}

async function openMembers(archive: Archive, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  const { limits } = options
  const manifestBytes = await archive.read('manifest.json', limits.jsonBytes)
  if (!manifestBytes.ok) return manifestBytes
  const manifests = parseDocument(
    dockerManifestDocument,
    manifestBytes.value,
    limits,
    `manifest.json in ${archive.path}`,
  )
  if (!manifests.ok) return manifests
  const manifest = manifests.value[0]
  if (!manifest) return err(new YaguraError('INPUT_INVALID', `${archive.path} holds no image.`))
  const configName = normalisePath(manifest.Config) ?? ''
  const configBytes = await archive.read(configName, limits.jsonBytes)
  if (!configBytes.ok) return configBytes
  const config = parseDocument(configDocument, configBytes.value, limits, `${configName} in ${archive.path}`)
  if (!config.ok) return config
  const configDigest = digestOf(configBytes.value)
  const names = manifest.Layers.map((layer) => normalisePath(layer) ?? '')
  if (names.length !== config.value.rootfs.diff_ids.length)
    return err(
      new YaguraError(
        'INPUT_INVALID',
        `manifest.json in ${archive.path} names ${names.length} layers, the configuration ${config.value.rootfs.diff_ids.length}.`,
      ),
    )
  const claimed = digestInName(configName)
  if (claimed !== undefined && claimed !== configDigest)
    return err(
      new YaguraError('INTEGRITY', `The configuration in ${archive.path} has another digest than its name says.`),
    )
  const image = describeImage({
    configDigest,
    manifestDigest: null,
    names: manifest.RepoTags ?? [],
    config: config.value,
    stored: names.map((name) => storedDescriptor(archive, name)),
  })
  const layers: LayerSource[] = image.layers.map((layer, at) => {
    const name = names[at] ?? ''
    return tarLayer({ layer, open: () => archive.open(name), file: async () => archive.file(name) }, limits)
  })
  const others = manifests.value.length - 1
  const gaps =
    others === 0
      ? []
      : [
          gapOf(image, options.clock, {
            code: 'IMAGE_UNREADABLE',
            path: archive.path,
            reason: `The archive holds ${others} more image${others === 1 ? '' : 's'}; only the first was read.`,
          }),
        ]
  return ok({ image, layers, gaps, close: () => archive.close() })
}

/** Layers under blobs/ are named by the digest of their stored bytes; older archives name them by nothing that can be checked. */
function storedDescriptor(archive: Archive, name: string): StoredDescriptor | null {
  const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1]
  return digest === undefined
    ? null
    : { digest: `sha256:${digest}`, size: archive.size(name) ?? 0, mediaType: undefined }
}

/** `<hex>.json` and `blobs/sha256/<hex>`. */
function digestInName(name: string): string | undefined {
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}
