// Cache of server data. Old data stays on screen while new data is on its way.
import { keepPreviousData, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '@yagura/schema/client'

export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.problem.code === code
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // A session that ended: the shell asks again and shows the sign-in page.
      if (isRefusal(error, 'UNAUTHENTICATED') && query.queryKey[0] !== 'session')
        void queryClient.invalidateQueries({ queryKey: ['session'] })
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 10 * 60_000,
      placeholderData: keepPreviousData,
      refetchOnWindowFocus: true,
      retry: (count, error) => !(error instanceof ApiError && error.problem.status < 500) && count < 2,
    },
  },
})
