// Asks a kubelet what it lets in, from the machine it runs on: a few requests without credentials, read-only, nothing of the answer
// kept but its status; /configz with credentials where somebody gave some.
import { request } from 'node:https'
import type { LiveAnswers } from './component.ts'

export interface KubeletAddress {
  readonly host: string
  readonly port: number
  /** A bearer token that may read /configz. */
  readonly token?: string
  readonly timeoutMs?: number
}

const PATHS = ['/pods', '/configz', '/metrics', '/runningpods/', '/healthz']
const TIMEOUT_MS = 1500
const CONFIGZ_BYTES = 1 << 20

export async function askKubelet(address: KubeletAddress): Promise<LiveAnswers> {
  const anonymous: Record<string, number | null> = {}
  for (const path of PATHS) anonymous[path] = (await get(address, path, undefined))?.status ?? null
  const asked = address.token ?? (anonymous['/configz'] === 200 ? '' : undefined)
  const answer = asked === undefined ? undefined : await get(address, '/configz', asked)
  return { anonymous, configz: answer?.status === 200 ? configOf(answer.body) : null }
}

function configOf(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed = JSON.parse(body) as { kubeletconfig?: Record<string, unknown> }
    return parsed.kubeletconfig ?? null
  } catch {
    return null
  }
}

/** The certificate is the kubelet's own and mostly self-signed; nothing secret is sent but a token the operator gave for it. */
function get(
  { host, port, timeoutMs = TIMEOUT_MS }: KubeletAddress,
  path: string,
  token: string | undefined,
): Promise<{ status: number; body: string } | undefined> {
  return new Promise((resolve) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    const asked = request({ host, port, path, headers, rejectUnauthorized: false, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= CONFIGZ_BYTES && path === '/configz') chunks.push(chunk)
        if (bytes > CONFIGZ_BYTES) asked.destroy()
      })
      const end = () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
      answer.on('end', end)
      answer.on('error', end)
      answer.on('close', end)
    })
    asked.setTimeout(timeoutMs, () => asked.destroy())
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
}
