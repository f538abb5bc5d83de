// The agent as small as Node lets it be. Two things can only be chosen before a process begins: the size of the heap's young half,
// and code that is compiled already. The second spares the compiler that strips types, which is as large as all of the agent's
// own code; it is loaded for the first file that is not in the cache and never leaves. So the process replaces itself: at the start,
// for its options, and once more when the cache was cold. Number, descriptors and parent stay what they were (execve(2)).
import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** MiB. Short processes end before it is full once: with 2 the collector took them for what stays, and half the time was its own. */
const YOUNG_MIB = 8
/** Of what lives: so much garbage may lie in the old half before it is cleared up. By itself V8 lets a small heap grow fourfold. */
const GROWTH_PERCENT = 30
const OPTIONS = [`--max-semi-space-size=${YOUNG_MIB}`, `--heap-growing-percent=${GROWTH_PERCENT}`]
/** After the entry: the cache was filled, and is not filled again. */
const FILLED = 'compiled'
const STRIPPER = 'NativeModule internal/deps/amaro/dist/index'

/** mallopt(3): one arena; large pieces come from the system and go back to it at once, whatever the largest one was. */
const MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }

interface Replaceable {
  /** Of Node since 22.15. */
  readonly execve?: (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => never
  readonly moduleLoadList?: readonly string[]
}

/** Does not return where the process can replace itself; else, and the second time, it does nothing. */
export function chooseOptions(cacheDirectory: string): void {
  if (OPTIONS.every((option) => process.execArgv.includes(option))) return
  replace([], { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cacheDirectory })
}

/** Call it when all code is loaded and nothing is open yet. */
export function leaveCompilerBehind(): void {
  const { moduleLoadList = [] } = process as Replaceable
  if (process.argv[2] === FILLED || !moduleLoadList.includes(STRIPPER)) return
  flushCompileCache()
  replace([FILLED], {})
}

type Collect = (how: { readonly type: 'major'; readonly flavor: 'last-resort'; readonly execution: 'sync' }) => void

/**
 * Gives back what starting left behind: the text and the trees of rules are as large as everything that stays. It takes some ten
 * milliseconds in which nothing else runs.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', flavor: 'last-resort', execution: 'sync' })
}

function replace(args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { execve } = process as Replaceable
  const [, entry] = process.argv
  if (execve === undefined || entry === undefined || process.env.NODE_DISABLE_COMPILE_CACHE) return
  const given = process.execArgv.filter((option) => !OPTIONS.includes(option))
  // what Node says of its own experiment is no line of the log
  process.removeAllListeners('warning')
  execve(process.execPath, [process.argv0, ...given, ...OPTIONS, entry, ...args], { ...MALLOC, ...process.env, ...env })
}
