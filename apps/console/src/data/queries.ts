// Hooks over the API: one for a single answer, one for keyset pages.
import {
  type InfiniteData,
  keepPreviousData,
  queryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query'
import type { OperationId } from '@yagura/schema'
import type { RequestOf, ResponseOf } from '@yagura/schema/client'
import { useMemo } from 'react'
import { api } from './client.ts'

export type ListId = {
  [Id in OperationId]: ResponseOf<Id> extends { items: readonly unknown[]; next: string | null } ? Id : never
}[OperationId]
export type RowOf<Id extends ListId> = ResponseOf<Id> extends { items: readonly (infer Row)[] } ? Row : never
type ReadId = { [Id in OperationId]: Id extends `get${string}` ? Id : never }[OperationId]

interface Page<Row> {
  readonly items: readonly Row[]
  readonly next: string | null
  readonly total: number
  readonly totalIsExact: boolean
}

export interface ReadOptions {
  readonly enabled?: boolean
  readonly refreshMs?: number
}

function readOptions<Id extends ReadId>(id: Id, request: Omit<RequestOf<Id>, 'signal'>) {
  return queryOptions({
    queryKey: [id, request],
    queryFn: ({ signal }) => api(id, { ...request, signal } as never) as Promise<ResponseOf<Id>>,
  })
}

/** One answer of the API. `request` is part of the cache key. */
export function useRead<Id extends ReadId>(
  id: Id,
  request: Omit<RequestOf<Id>, 'signal'>,
  options: ReadOptions = {},
): UseQueryResult<ResponseOf<Id>> {
  return useQuery({
    ...readOptions(id, request),
    // The thing behind an id must not be shown under another id while loading.
    placeholderData: 'params' in request ? undefined : (keepPreviousData as never),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.refreshMs === undefined ? {} : { refetchInterval: options.refreshMs }),
  }) as UseQueryResult<ResponseOf<Id>>
}

export interface RowList<Row> {
  readonly rows: readonly Row[]
  readonly total: number | null
  readonly totalIsExact: boolean
  /** True only while there is nothing to show yet. */
  readonly loading: boolean
  /** True while the rows on screen are of an earlier question. */
  readonly stale: boolean
  readonly error: Error | null
  readonly hasMore: boolean
  readonly loadMore: () => void
  readonly reload: () => void
}

export interface ListOptions extends ReadOptions {
  readonly limit?: number
}

type QueryOf<Id extends ListId> = Omit<NonNullable<RequestOf<Id>['query']>, 'after' | 'limit'>

/** Rows of a list, page by page as the reader scrolls. */
export function useRows<Id extends ListId>(id: Id, query: QueryOf<Id>, options: ListOptions = {}): RowList<RowOf<Id>> {
  const limit = options.limit ?? 100
  const result = useInfiniteQuery<
    Page<RowOf<Id>>,
    Error,
    InfiniteData<Page<RowOf<Id>>>,
    readonly unknown[],
    string | undefined
  >({
    queryKey: [id, query, limit],
    queryFn: ({ pageParam, signal }) => readPage(id, query, limit, pageParam, signal),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.refreshMs === undefined ? {} : { refetchInterval: options.refreshMs }),
  })
  const rows = useMemo(() => result.data?.pages.flatMap((page) => page.items) ?? [], [result.data])
  const first = result.data?.pages[0]
  return {
    rows,
    total: first?.total ?? null,
    totalIsExact: first?.totalIsExact ?? true,
    loading: result.isPending && options.enabled !== false,
    stale: result.isPlaceholderData,
    error: result.error,
    hasMore: result.hasNextPage,
    loadMore: () => {
      if (result.hasNextPage && !result.isFetchingNextPage) void result.fetchNextPage()
    },
    reload: () => void result.refetch(),
  }
}

function readPage<Id extends ListId>(
  id: Id,
  query: QueryOf<Id>,
  limit: number,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<Page<RowOf<Id>>> {
  const request = { query: { ...query, limit, ...(after ? { after } : {}) }, ...(signal ? { signal } : {}) }
  return api(id, request as never) as unknown as Promise<Page<RowOf<Id>>>
}

/** Up to `most` rows of a list, for the clipboard. */
export async function readRows<Id extends ListId>(
  id: Id,
  query: QueryOf<Id>,
  most: number,
): Promise<readonly RowOf<Id>[]> {
  const rows: RowOf<Id>[] = []
  let after: string | undefined
  do {
    const page = await readPage(id, query, 500, after)
    rows.push(...page.items)
    after = page.next ?? undefined
  } while (after && rows.length < most)
  return rows.slice(0, most)
}
