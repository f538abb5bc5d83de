// How to be let in: a token of the server that the registry names, or name and password. They go only to the registry itself and to
// token servers that are known to belong to it: a registry names any address it likes.
import { type Limits, YaguraError } from '@yagura/kernel'
import { type FetchClient, type FetchRequest, isListed, wholeBody } from '@yagura/safe-io/fetch'
import { parseDocument } from '../../manifest/parse.ts'
import { lenient, object, text } from '../../manifest/shape.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import type { Credentials } from './credentials.ts'
import type { Endpoint } from './endpoint.ts'

const tokenDocument = object({ token: lenient(text), access_token: lenient(text) })

const TOKEN_BYTES = 1024 * 1024

export interface Doorman {
  readonly client: FetchClient
  readonly endpoint: Endpoint
  readonly credentials: Credentials | undefined
  /** Whom credentials may be shown to. */
  readonly authHosts: readonly string[]
  readonly limits: Limits
}

/** The value of the header `authorization`; undefined when the challenge cannot be met. Errors: FORBIDDEN, UNAUTHENTICATED, UNAVAILABLE. */
export async function authorize(doorman: Doorman, header: string | undefined): Promise<string | undefined> {
  const challenges = parseChallenges(header)
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
  if (bearer) return `Bearer ${await fetchToken(doorman, bearer)}`
  const basic = doorman.credentials?.basic
  if (basic && challenges.some(({ scheme }) => scheme === 'basic')) return basicHeader(basic)
  return undefined
}

async function fetchToken(doorman: Doorman, challenge: Challenge): Promise<string> {
  const { client, endpoint, limits } = doorman
  const realm = realmOf(doorman, challenge)
  const response = await client.fetch(realm, tokenRequest(doorman, realm, challenge.parameters.service))
  if (response.status !== 200) {
    response.discard()
    throw new YaguraError(
      'UNAUTHENTICATED',
      `${realm.host} gives no token for ${endpoint.host}/${endpoint.repository} (status ${response.status}).`,
    )
  }
  const what = `The token of ${realm.host}`
  const answer = parseDocument(tokenDocument, await wholeBody(response, TOKEN_BYTES, what), limits, what)
  if (!answer.ok) throw answer.error
  const token = answer.value.token || answer.value.access_token
  // what is no token (RFC 6750, 2.1) could break out of the header
  if (token && /^[\x21-\x7e]+$/.test(token)) return token
  throw new YaguraError('UNAUTHENTICATED', `${realm.host} answers without a token.`)
}

function realmOf({ endpoint, authHosts }: Doorman, { parameters }: Challenge): URL {
  const realm = URL.canParse(parameters.realm ?? '') ? new URL(parameters.realm ?? '') : undefined
  if (!realm) throw new YaguraError('UNAUTHENTICATED', `${endpoint.host} does not say where to get a token.`)
  if (isListed(authHosts, realm)) return realm
  throw new YaguraError(
    'FORBIDDEN',
    `${endpoint.host} wants its token fetched from ${realm.host}; nothing was sent there.`,
    {
      hint: 'If that host gives the tokens of this registry, name it with --registry-auth-host.',
    },
  )
}

/** The scope is ours: a registry must not get a token that can do more than read this image. */
function tokenRequest({ endpoint, credentials }: Doorman, realm: URL, service: string | undefined): FetchRequest {
  const scope = `repository:${endpoint.repository}:pull`
  if (credentials?.identityToken) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credentials.identityToken,
      client_id: 'yagura',
      scope,
      ...(service !== undefined && { service }),
    })
    return { form }
  }
  realm.searchParams.set('scope', scope)
  if (service !== undefined) realm.searchParams.set('service', service)
  return credentials?.basic ? { authorization: basicHeader(credentials.basic) } : {}
}

function basicHeader(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}
