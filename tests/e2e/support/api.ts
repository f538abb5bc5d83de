// The API as a script uses it: an administrator signs in by a one-time link, makes a token, and everything else goes by that.
import type { OperationId } from '@yagura/schema'
import { type Client, createClient, type RequestOf, type ResponseOf } from '@yagura/schema/client'
import { signInLink } from './admin-socket.ts'

export async function signIn(consoleUrl: string, adminSocket: string): Promise<Client> {
  const bySession = await signInAsPerson(consoleUrl, adminSocket)
  const { secret } = await bySession('createApiToken', { body: { name: 'end-to-end tests', role: 'admin' } })
  return createClient({ baseUrl: consoleUrl, headers: () => ({ authorization: `Bearer ${secret}` }) })
}

/** As the console does: by a session of the first administrator. */
export async function signInAsPerson(consoleUrl: string, adminSocket: string): Promise<Client> {
  const token = new URL(await signInLink(adminSocket)).hash.slice(1)
  const response = await fetch(`${consoleUrl}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  if (!response.ok) throw new Error(`Signing in answered ${response.status}: ${await response.text()}`)
  const session = (await response.json()) as { csrfToken: string }
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return createClient({
    baseUrl: consoleUrl,
    headers: () => ({ cookie, 'x-yagura-csrf': session.csrfToken }),
  })
}

type Listing = {
  [Id in OperationId]: ResponseOf<Id> extends { items: unknown[]; next: string | null } ? Id : never
}[OperationId]
type ItemOf<Id extends Listing> = ResponseOf<Id>['items'][number]

/** Every item of a list, page after page. */
export async function listAll<Id extends Listing>(
  api: Client,
  id: Id,
  query: RequestOf<Id>['query'],
): Promise<ItemOf<Id>[]> {
  const items: ItemOf<Id>[] = []
  const call = api as (id: Listing, request: object) => Promise<{ items: ItemOf<Id>[]; next: string | null }>
  for (let after: string | null = ''; after !== null; ) {
    const page = await call(id, { query: { limit: 500, ...query, ...(after ? { after } : {}) } })
    items.push(...page.items)
    after = page.next
  }
  return items
}
