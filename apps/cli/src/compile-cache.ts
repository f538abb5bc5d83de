// Keeps compiled code between runs, in a folder that only this user can write: a shared one could be filled with someone else's code.
import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

export function useCompileCache(env: NodeJS.ProcessEnv = process.env): void {
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return
  try {
    const folder = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'yagura', 'compiled')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    enableCompileCache(folder)
  } catch {
    // Without a writable home it only starts more slowly.
  }
}
