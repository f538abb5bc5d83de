// Result: the return type where failing is ordinary (parsing what others wrote). Exceptions stay for what is not.

export type Result<T, E = YaguraErrorLike> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }

interface YaguraErrorLike {
  readonly code: string
  readonly message: string
}

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value }
}

export function err<E>(error: E): Result<never, E> {
  return { ok: false, error }
}

/** The value, or throws the error. For callers that cannot go on without it. */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value
  throw result.error
}
