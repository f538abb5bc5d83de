// Servers that answer over HTTP: the management of RabbitMQ, Elasticsearch and OpenSearch, the gateway of etcd.
import type { Scalar } from '../../../engine/reading.ts'
import type { Asker } from '../sources/read.ts'
import type { Credentials } from './runtime.ts'

const TIMEOUT_MS = 1500
const MAX_BYTES = 1024 * 1024

/** Tags and permissions of users (rabbitmq.com/docs/management). */
export function rabbitmqAsker(credentials: Credentials): Asker {
  return {
    async ask(source) {
      const path = pathOf(source)
      const items = (await json(credentials, path)) as readonly Record<string, unknown>[]
      if (path === '/api/users')
        return items.filter(({ tags }) => /administrator/.test(String(tags))).map(({ name }) => String(name))
      return items.map(({ configure, write, read }) => `${configure} ${write} ${read}`)
    },
  }
}

/** `http:/_cluster/settings KEY`: a value of the settings in force, defaults too. */
export function searchAsker(credentials: Credentials): Asker {
  return {
    async ask(source) {
      const [path = '', key = ''] = pathOf(source).split(' ')
      const all = (await json(credentials, `${path}?include_defaults=true&flat_settings=true`)) as Record<
        string,
        Record<string, Scalar>
      >
      for (const layer of ['transient', 'persistent', 'defaults']) {
        const value = all[layer]?.[key]
        if (value !== undefined) return value
      }
      throw new Error('the server does not tell this setting')
    },
  }
}

/** /v3/auth/status is there since 3.5; before, and where it may not be asked, a sign-in tells whether there is one (etcd.io/docs, auth). */
export function etcdAsker(credentials: Credentials): Asker {
  return {
    async ask() {
      try {
        const answer = (await json(credentials, '/v3/auth/status', '{}')) as { enabled?: boolean }
        return answer.enabled === true
      } catch {
        const { user, password } = credentials
        const body = JSON.stringify({ name: user || 'nobody', password })
        const { status, text } = await asked(credentials, '/v3/auth/authenticate', body)
        if (status === 200 || /authentication failed|invalid auth/i.test(text)) return true
        if (/authentication is not enabled/i.test(text)) return false
        throw new Error(`the server answered ${status}`)
      }
    },
  }
}

function pathOf(source: string): string {
  const path = source.slice(source.indexOf(':') + 1)
  if (!path.startsWith('/')) throw new Error('the server cannot be asked this')
  return path
}

async function json(credentials: Credentials, path: string, body?: string): Promise<unknown> {
  const { status, text } = await asked(credentials, path, body)
  if (status < 200 || status > 299) throw new Error(`the server answered ${status}`)
  return JSON.parse(text)
}

async function asked(
  { address, port, user, password }: Credentials,
  path: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://${address.includes(':') ? `[${address}]` : address}:${port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: user === '' ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    ...(body !== undefined && { body }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = Buffer.from(await response.arrayBuffer())
  if (text.length > MAX_BYTES) throw new Error('the answer is too long')
  return { status: response.status, text: text.toString('utf8') }
}
