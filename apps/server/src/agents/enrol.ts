// POST /agent/v1/enrol: a one-time secret and a certificate request become an agent with a certificate.
import { newId, YaguraError } from '@yagura/kernel'
import { type EnrolRequest, type EnrolResponse, WIRE_VERSION } from '@yagura/schema'
import { agentOfMachine, enrolAgent, enrolmentTokenIsValid } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import { ENROLMENT_PREFIX, readSecret } from '../sign-in/secrets.ts'

/** Refused without saying whether the token was wrong, used or too old. The secret is found by its hash, so its text is never compared. */
export async function enrol(context: Context, request: EnrolRequest, address: string): Promise<EnrolResponse> {
  refuseOtherWire(request.wireVersion)
  const now = nowOf(context)
  const secret = readSecret(ENROLMENT_PREFIX, request.secret)
  if (!secret) throw refused()
  const { store } = context.database
  const before = await store.inTenant(secret.tenantId, async (tx) => ({
    isValid: await enrolmentTokenIsValid(tx, secret.hash, now),
    agentId: await agentOfMachine(tx, request.machineId),
  }))
  if (!before.isValid) throw refused()
  const agentId = before.agentId ?? newId(now.getTime())
  const certificate = await context.authority.issueAgentCertificate(request.csr, {
    tenantId: secret.tenantId,
    agentId,
    machineId: request.machineId,
  })
  await store.inTenant(secret.tenantId, async (tx) => {
    const isEnrolled = await enrolAgent(tx, {
      tokenHash: secret.hash,
      agentId,
      machineId: request.machineId,
      hostname: request.hostname,
      serial: certificate.serial,
      certificateExpiresAt: certificate.expiresAt,
      now,
    })
    if (!isEnrolled) throw refused()
    await audit(context, tx, {
      actor: `agent:${request.hostname}`.slice(0, 512),
      action: 'enrolAgent',
      target: request.hostname,
      outcome: 'allowed',
      address,
      detail: agentId,
    })
  })
  return {
    agentId,
    certificate: certificate.pem,
    ca: context.authority.caPem,
    expiresAt: certificate.expiresAt.toISOString(),
  }
}

export function refuseOtherWire(version: number): void {
  if (version !== WIRE_VERSION)
    throw new YaguraError(
      'INPUT_UNSUPPORTED',
      `The agent speaks wire version ${version}, this server ${WIRE_VERSION}.`,
      {
        hint: 'Install an agent of the same version as the server.',
      },
    )
}

function refused(): YaguraError {
  return new YaguraError('UNAUTHENTICATED', 'The enrolment token is wrong, used or too old.', {
    hint: 'Make a new one with `yagura agent token`.',
  })
}
