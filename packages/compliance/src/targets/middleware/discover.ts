// Which servers run here, by what the processes are and not by what their image is called: a database in an image of another name is
// a database all the same.
import { type MiddlewareInstance, PRODUCTS, type ProcessFacts, type ProductName } from './process.ts'

interface Sign {
  readonly executable: RegExp
  /** In the command line, for programs that run others. */
  readonly argument?: RegExp
  /** Other uses of the same program. */
  readonly except?: RegExp
}

const SIGNS: Readonly<Record<ProductName, Sign>> = {
  postgresql: { executable: /^(postgres|postmaster)$/ },
  mysql: { executable: /^(mysqld|mariadbd)(-debug)?$/, except: /^--(initialize(-insecure)?|bootstrap|help|version)$/ },
  redis: { executable: /^(redis-server|valkey-server|keydb-server|redis-check-rdb|redis-sentinel)$/ },
  mongodb: { executable: /^(mongod|mongos)$/ },
  nginx: { executable: /^(nginx|openresty|nginx-debug|tengine)$/ },
  'apache-httpd': { executable: /^(httpd|apache2)$/ },
  tomcat: { executable: /^java$/, argument: /^org\.apache\.catalina\.startup\.Bootstrap$/ },
  kafka: {
    executable: /^java$/,
    argument:
      /^(kafka\.Kafka|kafka\.server\.KafkaRaftServer|org\.apache\.kafka\.connect\.cli\.Connect(Distributed|Standalone))$/,
  },
  rabbitmq: {
    executable: /^beam(\.smp)?$/,
    argument: /^(rabbit|rabbit_boot|-?rabbit@.*|start_rabbit.*|.*rabbitmq.*)$/,
  },
  elasticsearch: {
    executable: /^java$/,
    argument: /^(org\.(elasticsearch|opensearch)\.(bootstrap|server)|org\.elasticsearch\.server\/)/,
    except: /^org\.elasticsearch\.server\.cli\b/,
  },
  etcd: { executable: /^etcd$/ },
}

/** Processes of any number of containers; those of no product are ignored. */
export function discoverMiddleware(processes: readonly ProcessFacts[]): MiddlewareInstance[] {
  const products = new Map<number, ProductName>()
  for (const process of processes) {
    const product = productOf(process)
    if (product) products.set(process.pid, product)
  }
  const byPid = new Map(processes.map((process) => [process.pid, process]))
  const instances = new Map<number, { product: ProductName; workers: ProcessFacts[] }>()
  for (const [pid, product] of products) {
    const first = firstOf(pid, product, products, byPid)
    const instance = instances.get(first) ?? { product, workers: [] }
    if (first !== pid) instance.workers.push(byPid.get(pid) as ProcessFacts)
    instances.set(first, instance)
  }
  const named = new Set<string>()
  return [...instances].map(([pid, { product, workers }]) => {
    const process = byPid.get(pid) as ProcessFacts
    const name = `${process.containerName || process.containerId.slice(0, 12) || placeOf(process)}/${product}`
    const resource = named.has(name) ? `process ${process.pid}/${product}` : name
    named.add(resource)
    return { product, process, workers, resource }
  })
}

/** Outside containers: a name that stays when the server is started again, so that its history goes on. */
function placeOf({ listening }: ProcessFacts): string {
  const ports = listening.map(({ port }) => port)
  return ports.length > 0 ? `port ${Math.min(...ports)}` : 'host'
}

export function productOf(process: ProcessFacts): ProductName | undefined {
  const name = nameOf(process)
  return PRODUCTS.find((product) => {
    const { executable, argument, except } = SIGNS[product]
    return (
      executable.test(name) &&
      (!argument || process.commandLine.some((word) => argument.test(word))) &&
      !(except && process.commandLine.some((word) => except.test(word)))
    )
  })
}

/** Of the executable; where it may not be read, of the first word, which may be a title such as `nginx: worker process`. */
function nameOf({ executable, commandLine }: ProcessFacts): string {
  const path = executable || (commandLine[0]?.split(/[:\s]/, 1)[0] ?? '')
  return path
    .replace(/ \(deleted\)$/, '')
    .slice(path.lastIndexOf('/') + 1)
    .replace(/ \(deleted\)$/, '')
}

function firstOf(
  pid: number,
  product: ProductName,
  products: ReadonlyMap<number, ProductName>,
  byPid: ReadonlyMap<number, ProcessFacts>,
): number {
  let first = pid
  for (let depth = 0; depth < 64; depth++) {
    const parent = byPid.get(first)?.parentPid ?? 0
    if (products.get(parent) !== product || byPid.get(parent)?.containerId !== byPid.get(pid)?.containerId) break
    first = parent
  }
  return first
}
