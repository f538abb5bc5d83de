// Enrolment: a one-time token becomes an agent; a certificate is known by its serial number, so it can be taken back.
import type { Tx } from '../store.ts'

export async function saveEnrolmentToken(
  tx: Tx,
  token: { hash: Buffer; createdAt: Date; createdBy: string; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('enrolment_tokens')
    .values({
      hash: token.hash,
      created_at: token.createdAt,
      created_by: token.createdBy,
      expires_at: token.expiresAt,
    })
    .execute()
}

export async function enrolmentTokenIsValid(tx: Tx, hash: Buffer, now: Date): Promise<boolean> {
  const row = await tx
    .selectFrom('enrolment_tokens')
    .select('hash')
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

export interface Enrolment {
  readonly tokenHash: Buffer
  readonly agentId: string
  readonly machineId: string
  readonly hostname: string
  readonly serial: string
  readonly certificateExpiresAt: Date
  readonly now: Date
}

/** The agent of this machine that is not revoked, when it was here before: it keeps its id. */
export async function agentOfMachine(tx: Tx, machineId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('agents')
    .select('id')
    .where('machine_id', '=', machineId)
    .where('state', '<>', 'revoked')
    .executeTakeFirst()
  return row?.id
}

/** Uses the token up and writes the agent; false when the token was used or ended meanwhile. */
export async function enrolAgent(tx: Tx, enrolment: Enrolment): Promise<boolean> {
  const used = await tx
    .updateTable('enrolment_tokens')
    .set({ used_at: enrolment.now, agent_id: enrolment.agentId })
    .where('hash', '=', enrolment.tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', enrolment.now)
    .returning('hash')
    .executeTakeFirst()
  if (!used) return false
  const certificate = {
    hostname: enrolment.hostname,
    state: 'healthy',
    certificate_serial: enrolment.serial,
    certificate_expires_at: enrolment.certificateExpiresAt,
    last_seen_at: enrolment.now,
  }
  await tx
    .insertInto('agents')
    .values({
      id: enrolment.agentId,
      machine_id: enrolment.machineId,
      enrolled_at: enrolment.now,
      ...certificate,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ ...certificate, previous_serial: null, enrolled_at: enrolment.now }),
    )
    .execute()
  return true
}

export interface AgentIdentity {
  readonly agentId: string
  readonly machineId: string
  readonly serial: string
}

/** Whether the certificate is the agent's present one, or the one before while a renewal is under way. */
export async function certificateIsAccepted(tx: Tx, identity: AgentIdentity): Promise<boolean> {
  const row = await tx
    .selectFrom('agents')
    .select(['machine_id', 'state', 'certificate_serial', 'previous_serial'])
    .where('id', '=', identity.agentId)
    .executeTakeFirst()
  if (!row || row.state === 'revoked' || row.machine_id !== identity.machineId) return false
  return row.certificate_serial === identity.serial || row.previous_serial === identity.serial
}

/** The used certificate stays good until the new one is seen, so that a lost answer does not lock the agent out. */
export async function renewCertificate(
  tx: Tx,
  renewal: { agentId: string; usedSerial: string; newSerial: string; expiresAt: Date },
): Promise<void> {
  await tx
    .updateTable('agents')
    .set({
      certificate_serial: renewal.newSerial,
      previous_serial: renewal.usedSerial,
      certificate_expires_at: renewal.expiresAt,
    })
    .where('id', '=', renewal.agentId)
    .execute()
}

export async function revokeAgent(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx
    .updateTable('agents')
    .set({ state: 'revoked' })
    .where('id', '=', id)
    .where('state', '<>', 'revoked')
    .returning('hostname')
    .executeTakeFirst()
  return row?.hostname
}
