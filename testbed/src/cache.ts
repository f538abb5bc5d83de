// Where roots and images that take long to make are kept between runs. A thing is made under another name and renamed, so
// two test runs may make the same one and neither sees it half-made.
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** YAGURA_TEST_CACHE, or yagura-testbed in the user's cache directory. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.YAGURA_TEST_CACHE || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'yagura-testbed')
}

/** The path of `name` in the cache; `make` writes it to the path it is given when it is not there. */
export async function cached(cacheDir: string, name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(cacheDir, name)
  if (existsSync(path)) return path
  await mkdir(cacheDir, { recursive: true })
  const draft = `${path}.${process.pid}-${Date.now()}`
  try {
    await make(draft)
    await rename(draft, path).catch((error: Error) => {
      if (!existsSync(path)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return path
}
