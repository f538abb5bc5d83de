import { expect, test } from 'vitest'
import { ApiError, createClient, operationUrl } from './client.ts'

test('path parameters are escaped and empty query values left out', () => {
  const url = operationUrl('http://h', 'getAsset', { params: { id: 'a/b' }, query: { x: 1, y: undefined, z: '' } })
  expect(url).toBe('http://h/api/v1/assets/a%2Fb?x=1')
})

test('problem details become an ApiError; anything else a plain one with the status', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Not found',
    status: 404,
    detail: 'There is no asset of this id.',
    code: 'NOT_FOUND',
  }
  const answering = (body: string, status: number) =>
    createClient({ baseUrl: '', fetch: async () => new Response(body, { status }) })
  await expect(answering(JSON.stringify(problem), 404)('getOverview')).rejects.toMatchObject({ problem })
  await expect(answering('<html>', 502)('getOverview')).rejects.toBeInstanceOf(ApiError)
  await expect(answering('<html>', 502)('getOverview')).rejects.toMatchObject({
    problem: { status: 502, code: 'INTERNAL' },
  })
})

test('headers are asked for at each request, so a new CSRF token is used at once', async () => {
  const seen: unknown[] = []
  let csrf = 'one'
  const client = createClient({
    baseUrl: '',
    headers: () => ({ 'x-yagura-csrf': csrf }),
    fetch: async (_url, init) => {
      seen.push(new Headers(init?.headers).get('x-yagura-csrf'))
      return new Response(null, { status: 204 })
    },
  })
  await client('signOut')
  csrf = 'two'
  await client('signOut')
  expect(seen).toEqual(['one', 'two'])
})
