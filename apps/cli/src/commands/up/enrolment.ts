// The agent of this machine gets its identity without anybody typing a token.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataPaths } from '@yagura/kernel'
import { newEnrolmentToken, serverStatus } from './admin.ts'

export function tokenFileOf(paths: DataPaths): string {
  return join(paths.agent.root, 'enrolment-token')
}

/** Puts a fresh token where the agent looks for one, unless it is enrolled with this server already. */
export async function ensureEnrolment(paths: DataPaths): Promise<void> {
  const enrolledAt = serverOfIdentity(paths.agent.identity)
  if (enrolledAt !== undefined) {
    const agentUrl = (await serverStatus(paths.server.adminSocket))?.agentUrl
    if (agentUrl === undefined || agentUrl === enrolledAt) return
    // the server moved to another port: an identity holds the address it was made for
    rmSync(identityFile(paths.agent.identity), { force: true })
  }
  const token = await newEnrolmentToken(paths.server.adminSocket)
  const file = tokenFileOf(paths)
  mkdirSync(paths.agent.root, { recursive: true, mode: 0o700 })
  rmSync(file, { force: true })
  writeFileSync(file, token, { mode: 0o600, flag: 'wx' })
}

function identityFile(directory: string): string {
  return join(directory, 'identity.json')
}

function serverOfIdentity(directory: string): string | undefined {
  try {
    const { url } = JSON.parse(readFileSync(identityFile(directory), 'utf8'))
    return typeof url === 'string' ? url : undefined
  } catch {
    return undefined
  }
}
