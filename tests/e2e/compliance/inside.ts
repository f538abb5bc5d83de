// Asks a server as a stranger beside it would: run in its network namespace, with its process and its address. Prints the verdicts.
import { join } from 'node:path'
import { checkMiddleware, loadChecks, middlewareOf, readRecords } from '@yagura/compliance'
import { systemClock } from '@yagura/kernel'

const [pid, address = '', port] = process.argv.slice(2)
const { checks } = loadChecks(readRecords(join(import.meta.dirname, '../../../content/checks/middleware')).records)
const instance = middlewareOf(Number(pid), { containerName: 'e2e' })
if (!instance) throw new Error('the server was not recognised')
const results = await checkMiddleware(instance, { checks, clock: systemClock, probe: { address, port: Number(port) } })
process.stdout.write(JSON.stringify(Object.fromEntries(results.map(({ check, verdict }) => [check, verdict]))))
