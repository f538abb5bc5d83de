// One repository at one host, through the HTTP API of the OCI distribution specification.
import { YaguraError } from '@yagura/kernel'
import { type FetchResponse, isListed, resumingBody, wholeBody } from '@yagura/safe-io/fetch'
import type { Descriptor } from '../../manifest/oci.ts'
import { authorize, type Doorman } from './authorization.ts'

export interface FetchedManifest {
  readonly bytes: Buffer
  readonly mediaType: string | undefined
  /** What the registry says its digest is. */
  readonly claimedDigest: string | undefined
}

export interface Repository {
  /** host/repository */
  readonly name: string
  /** By tag or digest. Errors: INPUT_NOT_FOUND, INPUT_UNSUPPORTED, LIMIT_EXCEEDED, UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE, RATE_LIMITED. */
  manifest(reference: string): Promise<FetchedManifest>
  /** From `startBytes` to the end. Errors: those of manifest, INTEGRITY. */
  blob(descriptor: Pick<Descriptor, 'digest' | 'size'>, startBytes: number): AsyncGenerator<Uint8Array>
}

/** distribution-spec: manifests are at most 4 MiB. */
const MANIFEST_BYTES = 4 * 1024 * 1024

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ')

export function openRepository(doorman: Doorman, hasHelper: boolean): Repository {
  const { client, endpoint } = doorman
  const name = `${endpoint.host}/${endpoint.repository}`
  const scheme = isListed(client.policy.insecure, new URL(`http://${endpoint.host}`)) ? 'http' : 'https'
  let authorization: string | undefined

  async function get(path: string, headers: Readonly<Record<string, string>>, what: string): Promise<FetchResponse> {
    const url = new URL(`${scheme}://${endpoint.host}/v2/${endpoint.repository}/${path}`)
    let response = await client.fetch(url, { headers, authorization })
    if (response.status === 401) {
      const challenge = response.headers['www-authenticate']
      response.discard()
      authorization = await authorize(doorman, challenge)
      if (authorization === undefined) throw unauthenticated(doorman, name, hasHelper)
      response = await client.fetch(url, { headers, authorization })
    }
    if (response.status === 200 || response.status === 206) return response
    response.discard()
    if (response.status === 404) throw new YaguraError('INPUT_NOT_FOUND', `${name} has no ${what}.`)
    if (response.status === 401 || response.status === 403) throw unauthenticated(doorman, name, hasHelper)
    throw new YaguraError('UNAVAILABLE', `${endpoint.host} answers with status ${response.status} for ${what}.`)
  }

  return {
    name,
    async manifest(reference) {
      const what = `manifest ${reference}`
      const response = await get(`manifests/${reference}`, { accept: ACCEPT }, what)
      const mediaType = response.headers['content-type']?.split(';')[0]?.trim()
      const claimed = response.headers['docker-content-digest']
      const bytes = await wholeBody(response, MANIFEST_BYTES, `The ${what} of ${name}`)
      refuseSchema1(bytes, mediaType, name)
      return { bytes, mediaType, claimedDigest: typeof claimed === 'string' ? claimed : undefined }
    },
    async *blob({ digest, size }, startBytes) {
      const what = `Blob ${digest} of ${name}`
      const open = (range: Readonly<Record<string, string>>) => get(`blobs/${digest}`, range, `blob ${digest}`)
      yield* resumingBody({ what, sizeBytes: size, open }, client, startBytes)
    },
  }
}

/** Docker's first form has no configuration, and no digest of what is in its layers. */
function refuseSchema1(bytes: Buffer, mediaType: string | undefined, name: string): void {
  const isSchema1 =
    /manifest\.v1\+(?:json|prettyjws)$/.test(mediaType?.replace('oci.image.manifest', '') ?? '') ||
    (bytes.includes('"fsLayers"') && !bytes.includes('"layers"'))
  if (isSchema1)
    throw new YaguraError(
      'INPUT_UNSUPPORTED',
      `${name} has the image in docker's form of before 2016 (schema 1) only.`,
      {
        hint: 'Push it again with a tool of today.',
      },
    )
}

function unauthenticated({ endpoint, credentials }: Doorman, name: string, hasHelper: boolean): YaguraError {
  const hint = credentials
    ? 'Its credentials in the config.json of docker are not enough.'
    : hasHelper
      ? 'Credential helpers are not run; put its credentials under "auths" in the config.json of docker.'
      : `Put its credentials in the config.json of docker, with docker login ${endpoint.host} for example.`
  return new YaguraError('UNAUTHENTICATED', `${name} is not open to this user, or does not exist.`, { hint })
}
