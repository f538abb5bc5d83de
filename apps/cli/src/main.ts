// The command line. Only what every command needs is loaded here; the rest comes with the command that is asked for.
import { useCompileCache } from './compile-cache.ts'

useCompileCache()
const { run } = await import('./run.ts')
await run(process.argv.slice(2))
