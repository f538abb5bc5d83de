// A busy node as the kernel half would write it: records of nginx, PostgreSQL, node and Java services in forty containers, their
// health checks as short processes. The mix follows what the sensor sent of such work: two thirds
// are opens, a sixth is the network, a twelfth are processes that come and go. What is deleted was made before, by who deletes it, and
// bytes are counted of connections that were made: else the node would look like one that is being destroyed, and never be learnt.
import { RECORDS, type RecordName } from '@yagura/schema/kernel-record'
import { execBytes, pathTail, recordBytes } from '@yagura/sensor/internals'

export const CONTAINERS = 40
/** Mean time between two events. */
const EVENT_NS = 400_000
const START_NS = 5_000_000_000_000
const SHORT_PIDS = 100_000
const LAYER = { image: 1, upper: 2, mount: 3, proc: 6 } as const
const TICK_NS = 10_000_000

export interface NodeRecord {
  readonly kind: RecordName
  readonly ring: 'security' | 'bulk'
  readonly bytes: Uint8Array
}

interface Service {
  readonly name: string
  readonly exe: string
  readonly args: readonly string[]
  readonly image: string
}

const SERVICES: readonly Service[] = [
  { name: 'nginx', exe: '/usr/sbin/nginx', args: ['nginx', '-g', 'daemon off;'], image: 'registry.example/shop/web' },
  {
    name: 'postgres',
    exe: '/usr/lib/postgresql/15/bin/postgres',
    args: ['postgres', '-D', '/var/lib/postgresql/15/main'],
    image: 'registry.example/shop/db',
  },
  { name: 'node', exe: '/usr/local/bin/node', args: ['node', '/app/server.js'], image: 'registry.example/shop/api' },
  {
    name: 'java',
    exe: '/usr/lib/jvm/java-17/bin/java',
    args: ['java', '-jar', '/app/orders.jar'],
    image: 'registry.example/shop/orders',
  },
]
const WORKERS = 6
/** Acts of a process before another one has the processor. */
const MEAN_BURST = 8
/** What starts the health checks, outside of the containers. */
const RUNTIME = { cgroupId: 900, initPid: 1500 } as const

export interface Container {
  readonly id: string
  readonly cgroupId: number
  readonly image: string
  readonly service: Service
  readonly initPid: number
}

export const containers: readonly Container[] = Array.from({ length: CONTAINERS }, (_, index) => {
  const service = SERVICES[index % SERVICES.length] as Service
  const id = index.toString(16).padStart(2, '0').repeat(32)
  return { id, cgroupId: 1000 + index, image: service.image, service, initPid: 2000 + index * 20 }
})

export const groups: readonly { readonly cgroupId: number; readonly path: string }[] = [
  { cgroupId: RUNTIME.cgroupId, path: '/system.slice/containerd.service' },
  ...containers.map(({ cgroupId, id }) => ({ cgroupId, path: `/system.slice/docker-${id}.scope` })),
]

export interface BusyNode {
  /** The processes that are there from the start. */
  begin(): NodeRecord[]
  /** At least this many records more; time goes on. */
  next(records: number): NodeRecord[]
  /** Nothing happens for so long. */
  rest(ns: number): void
  /** Time of the last record. */
  nowNs(): number
}

/** A control group and the first process in it. */
type Group = Pick<Container, 'cgroupId' | 'initPid'>
type Values = Record<string, number | Uint8Array>

export function createBusyNode(): BusyNode {
  let timeNs = START_NS
  let shortPid = SHORT_PIDS
  let turn = 0
  let burst = 0
  let workerNumber = 0
  let actor = containers[0] as Container
  const random = createRandom()
  const sequences = { security: 0, bulk: 0 }
  /** Temporary files that are still there, and connections that have not ended, of each container. */
  const temporary = new Map<Container, string[]>()
  const connected = new Map<Container, { values: Values; number: number }[]>()
  let out: NodeRecord[] = []

  function header(ring: 'security' | 'bulk', container: Group, pid: number, startNs: number, command: string): Values {
    timeNs += random(2 * EVENT_NS)
    const { cgroupId } = container
    return {
      timeNs,
      sequence: sequences[ring]++,
      cgroupId,
      startNs,
      pid,
      tid: pid,
      parentPid: container.initPid,
      uid: 1000,
      gid: 1000,
      command: Buffer.from(command),
    }
  }

  function put(name: RecordName, values: Values, tail?: Uint8Array): void {
    out.push({ kind: name, ring: RECORDS[name].ring, bytes: recordBytes(name, values, tail) })
  }

  /** One of the processes that serve in this container. */
  function worker(container: Container, ring: 'security' | 'bulk'): Values {
    const number = workerNumber
    const pid = container.initPid + number
    return header(ring, container, pid, startOf(container, number), container.service.name)
  }

  function startOf(container: Group, number: number): number {
    return (container.initPid + number) * TICK_NS
  }

  function open(container: Container, path: string, layer: number, openFlags = 0, flags = 0): void {
    const tail = pathTail(path)
    const inode = hash(path)
    const values = {
      ...worker(container, 'bulk'),
      inode,
      device: 45,
      openFlags,
      layer,
      flags,
      pathSize: tail.byteLength,
    }
    put('open', values, tail)
  }

  function socket(
    name: 'connect' | 'accept' | 'traffic' | 'dns',
    container: Container,
    more: Values,
    tail?: Uint8Array,
  ): void {
    const values = {
      ...worker(container, RECORDS[name].ring),
      family: 2,
      protocol: name === 'dns' ? 17 : 6,
      localAddress: Uint8Array.of(10, 1, 0, container.cgroupId % 200),
      localPort: 32_768 + (turn % 20_000),
      socketInode: 9000 + (turn % 50_000),
      ...more,
    }
    put(name, values, tail)
  }

  function file(name: 'rename' | 'unlink', container: Container, layer: number, path: string, newPath?: string): void {
    const names = [path, ...(newPath === undefined ? [] : [newPath])].map((one) => {
      const slash = one.lastIndexOf('/')
      return { name: Buffer.from(`${one.slice(slash + 1)}\0`), base: pathTail(one.slice(0, slash)) }
    })
    const [first, second] = names
    const values = {
      ...worker(container, RECORDS[name].ring),
      inode: hash(path),
      device: 45,
      layer,
      nameSize: first?.name.byteLength ?? 0,
      baseSize: first?.base.byteLength ?? 0,
      newNameSize: second?.name.byteLength ?? 0,
      newBaseSize: second?.base.byteLength ?? 0,
    }
    put(name, values, Buffer.concat(names.flatMap((one) => [one.name, one.base])))
  }

  function exec(
    container: Container,
    pid: number,
    startNs: number,
    parentPid: number,
    args: readonly string[],
    exe: string,
    marks: number,
  ): void {
    const command = exe.slice(exe.lastIndexOf('/') + 1)
    const values = {
      ...header('security', container, pid, startNs, command),
      parentPid,
      exeInode: hash(exe),
      exeDevice: 45,
      layer: LAYER.image,
      mountNamespace: container.cgroupId,
      pidNamespace: container.cgroupId,
      innerPid: pid % 1000,
      marks,
      input: descriptor(6, 5),
      output: descriptor(2, 70_000 + turn),
      error: descriptor(2, 70_000 + turn),
    }
    out.push({ kind: 'exec', ring: 'security', bytes: execBytes(values, { args, exe, cwd: '/' }) })
  }

  function fork(
    container: Group,
    pid: number,
    startNs: number,
    command: string,
    childPid: number,
    childStartNs: number,
  ): void {
    put('fork', { ...header('security', container, pid, startNs, command), childPid, childStartNs })
  }

  function exit(container: Group, pid: number, startNs: number, command: string): void {
    put('exit', header('security', container, pid, startNs, command))
  }

  /** `sh -c` with one program in it, as a probe of the container's health; the program loads its libraries. */
  function healthCheck(container: Container): void {
    const shell = shortPid++
    const probe = shortPid++
    const bornNs = Math.floor(timeNs / TICK_NS) * TICK_NS
    fork(RUNTIME, RUNTIME.initPid, startOf(RUNTIME, 0), 'containerd-shim', shell, bornNs)
    exec(container, shell, bornNs, RUNTIME.initPid, ['sh', '-c', 'pg_isready -U shop -h localhost'], '/usr/bin/dash', 6)
    fork(container, shell, bornNs, 'sh', probe, bornNs)
    exec(container, probe, bornNs, shell, ['pg_isready', '-U', 'shop', '-h', 'localhost'], '/usr/bin/pg_isready', 0)
    for (const library of ['libc.so.6', 'libpq.so.5', 'libssl.so.3', 'libm.so.6']) {
      const tail = pathTail(`/usr/lib/x86_64-linux-gnu/${library}`)
      const values = header('bulk', container, probe, bornNs, 'pg_isready')
      put('open', { ...values, inode: hash(library), device: 45, layer: LAYER.image, pathSize: tail.byteLength }, tail)
    }
    exit(container, probe, bornNs, 'pg_isready')
    exit(container, shell, bornNs, 'sh')
  }

  function step(): void {
    if (--burst < 0) {
      burst = random(2 * MEAN_BURST)
      actor = containers[random(CONTAINERS)] as Container
      workerNumber = random(WORKERS)
    }
    const container = actor
    const n = random(997)
    const kind = random(100)
    if (kind === 99) healthCheck(container)
    else if (kind >= 97) put('capability', { ...worker(container, 'security'), capability: 10, allowed: 1 })
    else WORK[container.service.name]?.(container, kind, n)
    turn++
  }

  function accept(container: Container, n: number): void {
    const remoteAddress = Uint8Array.of(10, 0, 3, n % 250)
    socket('accept', container, { remoteAddress, remotePort: 40_000 + n })
  }

  function connect(container: Container, remoteAddress: Uint8Array, remotePort: number): void {
    const values = { remoteAddress, remotePort, localPort: 32_768 + (turn % 20_000), socketInode: 9000 + turn }
    socket('connect', container, { ...values, result: 0 })
    listOf(connected, container).push({ values, number: workerNumber })
  }

  /** The oldest connection ends; there is none at first. */
  function disconnect(container: Container): void {
    const ended = listOf(connected, container).shift()
    if (ended === undefined) return
    workerNumber = ended.number
    socket('traffic', container, { ...ended.values, sentBytes: 900, receivedBytes: 4000, ended: 1 })
  }

  function make(container: Container, path: string, layer: number): void {
    open(container, path, layer, 0o302, 8)
    listOf(temporary, container).push(path)
  }

  function unmake(container: Container, layer: number): void {
    const path = listOf(temporary, container).shift()
    if (path !== undefined) file('unlink', container, layer, path)
  }

  /** What the services do: `kind` below 97 chooses the act, `n` what it is about. */
  const WORK: Readonly<Record<string, (container: Container, kind: number, n: number) => void>> = {
    nginx(container, kind, n) {
      if (kind < 40) open(container, `/usr/share/nginx/html/static/page${n % 250}.html`, LAYER.image)
      else if (kind < 48) open(container, `/etc/nginx/conf.d/site${n % 25}.conf`, LAYER.image)
      else if (kind < 60) open(container, `/var/cache/nginx/${n % 10}/${n}`, LAYER.upper, 0o102, 8)
      else if (kind < 80) accept(container, n)
      else if (kind < 89) connect(container, peerOf(n), 8080)
      else disconnect(container)
    },
    postgres(container, kind, n) {
      if (kind < 70) open(container, `/var/lib/postgresql/15/main/base/5/${n}`, LAYER.mount, 2)
      else if (kind < 76) open(container, `/var/lib/postgresql/15/main/pg_wal/0000${n % 20}`, LAYER.mount, 2)
      else if (kind < 84)
        file(
          'rename',
          container,
          LAYER.mount,
          `/var/lib/postgresql/15/main/pg_stat/${n}.tmp`,
          '/var/lib/postgresql/15/main/pg_stat/db.stat',
        )
      else if (kind < 87) make(container, `/var/lib/postgresql/15/main/base/pgsql_tmp/pgsql_tmp${turn}`, LAYER.mount)
      else if (kind < 90) unmake(container, LAYER.mount)
      else accept(container, n)
    },
    node(container, kind, n) {
      if (kind < 50) open(container, `/app/node_modules/package${n % 250}/index.js`, LAYER.image)
      else if (kind < 58) make(container, `/tmp/upload${turn}`, LAYER.upper)
      else if (kind < 66) unmake(container, LAYER.upper)
      else if (kind < 76) connect(container, peerOf(n), 5432)
      else if (kind < 86) disconnect(container)
      else if (kind < 91) accept(container, n)
      else lookUp(container, n)
    },
    java(container, kind, n) {
      if (kind < 56) open(container, `/usr/lib/x86_64-linux-gnu/lib${n % 250}.so.6`, LAYER.image)
      else if (kind < 68) open(container, `/proc/${n}/stat`, LAYER.proc)
      else if (kind < 75) open(container, '/etc/resolv.conf', LAYER.mount)
      else if (kind < 84) connect(container, peerOf(n), 9092)
      else if (kind < 91) disconnect(container)
      else lookUp(container, n)
    },
  }

  /** A service talks to few others. */
  function peerOf(n: number): Uint8Array {
    return Uint8Array.of(10, 0, 0, n % 5)
  }

  function lookUp(container: Container, n: number): void {
    const query = dnsQuery(`host${n % 40}.shop.svc.cluster.local`)
    socket(
      'dns',
      container,
      { remoteAddress: Uint8Array.of(10, 0, 0, 10), remotePort: 53, size: query.byteLength },
      query,
    )
  }

  function taken(): NodeRecord[] {
    const made = out
    out = []
    return made
  }

  return {
    begin() {
      for (const container of containers) {
        const { service, initPid } = container
        exec(container, initPid, startOf(container, 0), 1, service.args, service.exe, 6)
        for (let number = 1; number < WORKERS; number++) {
          fork(container, initPid, startOf(container, 0), service.name, initPid + number, startOf(container, number))
        }
      }
      return taken()
    },
    next(records) {
      while (out.length < records) step()
      return taken()
    },
    rest(ns) {
      timeNs += ns
    },
    nowNs: () => timeNs,
  }
}

function listOf<Value>(lists: Map<Container, Value[]>, container: Container): Value[] {
  let list = lists.get(container)
  if (list === undefined) {
    list = []
    lists.set(container, list)
  }
  return list
}

/** Whole numbers below `below`, the same in every run: xorshift (Marsaglia, 2003). */
function createRandom(): (below: number) => number {
  let state = 0x2545f491
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function descriptor(kind: number, id: number): Uint8Array {
  const bytes = new Uint8Array(32)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(id), true)
  view.setUint8(26, kind)
  return bytes
}

/** A query for the address of a name: RFC 1035, sections 4.1.1 and 4.1.2. */
function dnsQuery(name: string): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)])
  return Uint8Array.of(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1)
}

function hash(text: string): number {
  let sum = 1
  for (let index = 0; index < text.length; index++) sum = (Math.imul(sum, 33) + text.charCodeAt(index)) >>> 0
  return sum
}
