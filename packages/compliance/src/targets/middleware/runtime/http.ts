// Servers that answer over HTTP: the management of RabbitMQ, Elasticsearch and OpenSearch, the gateway of etcd.
import type { Scalar } from '../../../engine/reading.ts'
import type { Asker } from '../sources/read.ts'
import { type HttpClient, openHttpClient } from './http-client.ts'
import type { Credentials } from './runtime.ts'

/** Tags and permissions of users (rabbitmq.com/docs/management). */
export function rabbitmqAsker(credentials: Credentials): Asker {
  const client = openHttpClient(credentials)
  return {
    close: async () => client.close(),
    async ask(source) {
      const path = pathOf(source)
      const items = (await json(client, path)) as readonly Record<string, unknown>[]
      if (path === '/api/users')
        return items.filter(({ tags }) => /administrator/.test(String(tags))).map(({ name }) => String(name))
      return items.map(({ configure, write, read }) => `${configure} ${write} ${read}`)
    },
  }
}

/** `http:/_cluster/settings KEY`: a value of the settings in force, defaults too. */
export function searchAsker(credentials: Credentials): Asker {
  const client = openHttpClient(credentials)
  return {
    close: async () => client.close(),
    async ask(source) {
      const [path = '', key = ''] = pathOf(source).split(' ')
      const all = (await json(client, `${path}?include_defaults=true&flat_settings=true`)) as Record<
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
  const client = openHttpClient(credentials)
  return {
    close: async () => client.close(),
    async ask() {
      const answer = await client.ask('/v3/auth/status', '{}')
      if (answer.status === 200) return (JSON.parse(answer.text) as { enabled?: boolean }).enabled === true
      const { user, password } = credentials
      const body = JSON.stringify({ name: user || 'nobody', password })
      const { status, text } = await client.ask('/v3/auth/authenticate', body)
      if (status === 200 || /authentication failed|invalid auth/i.test(text)) return true
      if (/authentication is not enabled/i.test(text)) return false
      throw new Error(`the server answered ${status}`)
    },
  }
}

function pathOf(source: string): string {
  const path = source.slice(source.indexOf(':') + 1)
  if (!path.startsWith('/')) throw new Error('the server cannot be asked this')
  return path
}

async function json(client: HttpClient, path: string, body?: string): Promise<unknown> {
  const { status, text } = await client.ask(path, body)
  if (status < 200 || status > 299) throw new Error(`the server answered ${status}`)
  return JSON.parse(text)
}
