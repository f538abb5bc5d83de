// The identity to work with: the stored one, or a new one for a token that was not used yet. A token that the operator gives is
// a wish to enrol, also where there is an identity already (it may be of another server, or revoked).
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { err, type Logger, ok, type Result, YaguraError } from '@yagura/kernel'
import { decodeEnrolmentToken } from '@yagura/schema'
import { readSmallFile } from '../files/atomic.ts'
import type { Settings } from '../settings/settings.ts'
import { backoffMs } from '../uplink/backoff.ts'
import { enrol, type Node } from './enrol.ts'
import { fingerprint, type Identity, loadIdentity, saveIdentity } from './identity.ts'

const TOKEN_BYTES_MAX = 8192

export async function obtainIdentity(
  settings: Settings,
  node: Node,
  logger: Logger,
  signal: AbortSignal,
): Promise<Result<Identity, YaguraError>> {
  const stored = loadIdentity(settings.paths.identity)
  const token = settings.tokenFile ? readSmallFile(settings.tokenFile, TOKEN_BYTES_MAX)?.trim() : settings.token
  if (!token) return stored ? ok(stored) : err(noIdentity(settings))
  const tokenDigest = createHash('sha256').update(token).digest('hex')
  if (stored?.tokenDigest === tokenDigest) return ok(finish(settings, stored))

  for (let failures = 0; ; failures += 1) {
    const enrolled = await enrol(token, node)
    if (enrolled.ok) {
      const identity = { ...enrolled.value, tokenDigest }
      saveIdentity(settings.paths.identity, identity)
      logger.info({ agentId: identity.agentId, server: identity.url }, 'This agent is enrolled.')
      return ok(finish(settings, identity))
    }
    const isSameServer = stored && fingerprint(stored.ca) === decodeEnrolmentToken(token)?.caFingerprint
    if (isSameServer && Date.parse(stored.expiresAt) > Date.now()) {
      logger.warn(
        { code: enrolled.error.code },
        `${enrolled.error.message} The agent goes on with the identity it has.`,
      )
      return ok(stored)
    }
    if (enrolled.error.code !== 'SERVER_UNREACHABLE' && enrolled.error.code !== 'UNAVAILABLE') return enrolled
    if (failures === 0) logger.warn({ code: enrolled.error.code }, `${enrolled.error.message} Trying again.`)
    await sleep(backoffMs(failures, Math.random()), undefined, { signal }).catch(() => {})
    if (signal.aborted) return enrolled
  }
}

/** A used token is worth nothing; it goes, so that nobody wonders. */
function finish(settings: Settings, identity: Identity): Identity {
  if (settings.tokenFile) {
    try {
      rmSync(settings.tokenFile, { force: true })
    } catch {
      // a read-only mount (a Kubernetes secret)
    }
  }
  return identity
}

function noIdentity(settings: Settings): YaguraError {
  const place = settings.tokenFile ? `the file ${settings.tokenFile} holds no token` : 'no enrolment token was given'
  return new YaguraError('USAGE', `This agent is not enrolled, and ${place}.`, {
    hint: 'Make a token with `yagura agent token` on the server and put it into a file named by YAGURA_ENROLMENT_TOKEN_FILE.',
  })
}
