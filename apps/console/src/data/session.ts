// Who is signed in. `null` means nobody.
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { Session } from '@yagura/schema'
import { api, setCsrfToken } from './client.ts'
import { isRefusal, queryClient } from './query-client.ts'

const KEY = ['session'] as const

async function readSession(): Promise<Session | null> {
  try {
    const session = await api('getSession')
    setCsrfToken(session.csrfToken)
    return session
  } catch (error) {
    if (isRefusal(error, 'UNAUTHENTICATED')) return null
    throw error
  }
}

export function useSession(): UseQueryResult<Session | null> {
  return useQuery({ queryKey: KEY, queryFn: readSession, staleTime: 60_000, refetchInterval: 5 * 60_000 })
}

/** Exchanges the token of a sign-in link. Throws ApiError when the link has expired or was used. */
export async function signIn(token: string): Promise<void> {
  const session = await api('signIn', { body: { token } })
  setCsrfToken(session.csrfToken)
  queryClient.setQueryData(KEY, session)
}

export async function signOut(): Promise<void> {
  await api('signOut')
  setCsrfToken('')
  queryClient.setQueryData(KEY, null)
  // Nothing of this person's is left for the next one.
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== KEY[0] })
}
