// Enrolment: a one-time token becomes a certificate that is bound to this node. Renewal: a new one before the old one ends.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { decodeEnrolmentToken, type EnrolRequest, enrolResponse, type RenewRequest, WIRE_VERSION } from '@yagura/schema'
import { learnAuthority } from './first-contact.ts'
import type { Identity } from './identity.ts'
import type { KeyAndRequest } from './key.ts'
import { type Answer, post, refusal } from './request.ts'
import { openTransport, type Transport } from './transport.ts'

export interface Node {
  readonly machineId: string
  readonly hostname: string
  readonly agentVersion: string
}

/** UNAUTHENTICATED, FORBIDDEN and INPUT_INVALID are final; SERVER_UNREACHABLE and UNAVAILABLE may be tried again. */
export async function enrol(tokenText: string, node: Node): Promise<Result<Identity, YaguraError>> {
  const token = decodeEnrolmentToken(tokenText)
  if (!token)
    return err(new YaguraError('INPUT_INVALID', 'The enrolment token is not one: it must begin with "yge1.".'))
  if (new URL(token.url).protocol !== 'https:') {
    return err(
      new YaguraError('INPUT_INVALID', `The enrolment token names ${token.url}, which is not an https address.`),
    )
  }
  const authority = await learnAuthority(token.url, token.caFingerprint)
  if (!authority.ok) return authority
  const key = await newKey(node.machineId)
  const client = openTransport({ url: token.url, ca: authority.value })
  try {
    const request: EnrolRequest = { wireVersion: WIRE_VERSION, secret: token.secret, csr: key.csr, ...node }
    const answer = await post(client, token.url, { path: '/agent/v1/enrol', body: JSON.stringify(request) })
    if (!answer.ok) return answer
    if (answer.value.status !== 200 && answer.value.status !== 201) return err(enrolmentRefused(answer.value))
    return identityFrom(answer.value, key, token.url, authority.value)
  } finally {
    client.destroy()
  }
}

/** A new key and certificate for the same agent, over the connection that the old one authenticates. */
export async function renew(
  client: Transport,
  identity: Identity,
  machineId: string,
): Promise<Result<Identity, YaguraError>> {
  const key = await newKey(machineId)
  const request: RenewRequest = { csr: key.csr }
  const answer = await post(client, identity.url, { path: '/agent/v1/renew', body: JSON.stringify(request) })
  if (!answer.ok) return answer
  if (answer.value.status !== 200 && answer.value.status !== 201) {
    return err(refusal(answer.value, 'The server did not renew the certificate of this agent'))
  }
  return identityFrom(answer.value, key, identity.url, identity.ca)
}

function identityFrom(answer: Answer, key: KeyAndRequest, url: string, ca: string): Result<Identity, YaguraError> {
  const parsed = enrolResponse.safeParse(answer.body)
  if (!parsed.success) return err(new YaguraError('UNAVAILABLE', `The server at ${url} gave no certificate.`))
  const { agentId, certificate, expiresAt } = parsed.data
  // the authority is the one the token named, not what the answer says
  return ok({ agentId, url, privateKey: key.privateKey, certificate, ca, expiresAt })
}

/** Loaded when it is needed, once a month: the ASN.1 library is 10 MB of memory. */
async function newKey(machineId: string): Promise<KeyAndRequest> {
  const { makeKeyAndRequest } = await import('./key.ts')
  return makeKeyAndRequest(machineId)
}

const NEW_TOKEN = 'Make a new token with `yagura agent token` on the server.'

function enrolmentRefused(answer: Answer): YaguraError {
  if (answer.status === 429 || answer.status >= 500) return refusal(answer, 'The server cannot enrol this agent now')
  const said = refusal(answer, 'The server refused the enrolment token')
  return new YaguraError(answer.status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN', said.message, {
    hint: said.hint ?? NEW_TOKEN,
  })
}
