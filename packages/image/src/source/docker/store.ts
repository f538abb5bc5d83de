// The records of the docker engine's own store (moby, image/store.go and layer/filestore.go): names in repositories.json, configurations
// by id, layers by chain id, each with the directory of the overlay2 driver that holds its files.
import { join } from 'node:path'
import { err, type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'
import { digestOf } from '../../manifest/blobs.ts'
import { completeName } from '../../manifest/names.ts'
import { type ConfigDocument, configDocument } from '../../manifest/oci.ts'
import { parseDocument } from '../../manifest/parse.ts'
import { matching, object, record } from '../../manifest/shape.ts'

const imageId = matching(/^sha256:[0-9a-f]{64}$/, 'the id of an image')
const repositoriesDocument = object({ Repositories: record(record(imageId)) })

export interface EngineImage {
  readonly id: string
  readonly names: readonly string[]
  readonly config: ConfigDocument
}

const MIN_ID_LENGTH = 6

/** Errors: INPUT_NOT_FOUND when there is no store or no such image; INPUT_INVALID, INTEGRITY, PERMISSION. */
export async function findEngineImage(
  root: string,
  name: string,
  limits: Limits,
): Promise<Result<EngineImage, YaguraError>> {
  const path = join(root, 'image', 'overlay2', 'repositories.json')
  const bytes = await readSmallFile(path, limits.jsonBytes)
  if (!bytes.ok) return bytes
  const document = parseDocument(repositoriesDocument, bytes.value, limits, path)
  if (!document.ok) return document
  const ids = new Map(Object.values(document.value.Repositories).flatMap((names) => Object.entries(names)))
  const id = idOf(ids, name)
  if (id === undefined) {
    const known = [...ids.keys()].filter((one) => !one.includes('@'))
    return err(
      new YaguraError('INPUT_NOT_FOUND', `docker has no image ${name} (looked in ${root}).`, {
        hint: known.length > 0 ? `It has ${known.slice(0, 10).join(', ')}.` : 'Its images have no names.',
      }),
    )
  }
  const configPath = join(root, 'image', 'overlay2', 'imagedb', 'content', id.replace(':', '/'))
  const configBytes = await readSmallFile(configPath, limits.jsonBytes)
  if (!configBytes.ok) return configBytes
  if (digestOf(configBytes.value) !== id)
    return err(new YaguraError('INTEGRITY', `The configuration of image ${id} has another digest.`))
  const config = parseDocument(configDocument, configBytes.value, limits, `The configuration of image ${id}`)
  if (!config.ok) return config
  const names = [...ids].flatMap(([one, itsId]) => (itsId === id && !one.includes('@') ? [one] : []))
  return ok({ id, names, config: config.value })
}

/** Docker writes the names of its hub short. */
function idOf(ids: ReadonlyMap<string, string>, name: string): string | undefined {
  for (const full of completeName(name))
    for (const known of [full, full.replace(/^docker\.io\/(?:library\/)?/, '')]) {
      const id = ids.get(known)
      if (id !== undefined) return id
    }
  const prefix = name.replace(/^sha256:/, '')
  if (prefix.length < MIN_ID_LENGTH || !/^[0-9a-f]+$/.test(prefix)) return undefined
  const matchingIds = new Set([...ids.values()].filter((id) => id.startsWith(`sha256:${prefix}`)))
  // an image without a name is in no list, but its configuration is named by its id
  return matchingIds.size === 1 ? [...matchingIds][0] : prefix.length === 64 ? `sha256:${prefix}` : undefined
}

export interface EngineLayer {
  readonly headersPath: string
  readonly filesPath: string
}

/** Errors: INPUT_NOT_FOUND, INPUT_INVALID. */
export async function engineLayer(root: string, chainId: string): Promise<Result<EngineLayer, YaguraError>> {
  const folder = join(root, 'image', 'overlay2', 'layerdb', chainId.replace(':', '/'))
  const cacheId = await readSmallFile(join(folder, 'cache-id'), 256)
  if (!cacheId.ok) return cacheId
  const name = cacheId.value.toString('latin1').trim()
  if (!/^[0-9a-z-]{1,128}$/.test(name))
    return err(new YaguraError('INPUT_INVALID', `The store of docker names no directory for layer ${chainId}.`))
  return ok({ headersPath: join(folder, 'tar-split.json.gz'), filesPath: join(root, 'overlay2', name, 'diff') })
}
