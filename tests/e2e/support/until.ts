// Waits for what happens in another process: asks again until the answer is there, and says what it last saw when it is not.

export interface UntilOptions {
  readonly timeoutMs?: number
  readonly everyMs?: number
}

/** The first value of `probe` that is not undefined. Errors of the probe count as "not yet". */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  { timeoutMs = 30_000, everyMs = 250 }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let lastError: unknown
  do {
    try {
      const value = await probe()
      if (value !== undefined) return value
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    await pause(everyMs)
  } while (performance.now() < deadline)
  throw new Error(`Not within ${timeoutMs} ms: ${what}.`, lastError === undefined ? {} : { cause: lastError })
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
