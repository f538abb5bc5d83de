// The peers of one node, run in the node's network namespace by lab.ts. What arrives goes to standard output, a JSON line each;
// a line on standard input asks for a page ({"id":1,"url":"http://10.88.4.2:8090/"}), because only from here containers are
// reached. Ends with its standard input.
import { readFileSync, rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { createInterface } from 'node:readline'
import { ANY_NAME, METADATA_ADDRESSES, PORTS, SILENT_PORTS } from './addresses.ts'
import { httpServer, tlsServer } from './http-peers.ts'
import { discardServer, dnsServer, lineServer } from './line-peers.ts'
import type { PeerRecord } from './record.ts'

const PAGE_TIMEOUT_MS = 3000

const [dockerSocket = '', keyFile = '', certFile = ''] = process.argv.slice(2)
const tls = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function record(one: PeerRecord): void {
  say({ record: one })
}

function listen(server: Server, where: { port: number; host?: string } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => server.once('error', reject).listen(where, resolve))
}

async function page(id: number, url: string): Promise<void> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PAGE_TIMEOUT_MS) })
    say({ page: { id, status: response.status, body: (await response.text()).slice(0, 4096) } })
  } catch (error) {
    say({ page: { id, status: 0, body: error instanceof Error ? error.message : '' } })
  }
}

rmSync(dockerSocket, { force: true })
await Promise.all([
  listen(httpServer('http', record), { port: PORTS.http, host: '0.0.0.0' }),
  ...METADATA_ADDRESSES.map((host) => listen(httpServer('metadata', record), { port: PORTS.metadata, host })),
  listen(httpServer('docker', record), { path: dockerSocket }),
  listen(tlsServer('kube', tls, record), { port: PORTS.kube, host: '0.0.0.0' }),
  listen(tlsServer('kubelet', tls, record), { port: PORTS.kubelet, host: '0.0.0.0' }),
  ...(['c2', 'stratum', 'ssh', 'redis', 'postgres', 'irc'] as const).map((peer) =>
    listen(lineServer(peer, record), { port: PORTS[peer], host: '0.0.0.0' }),
  ),
  ...SILENT_PORTS.map((port) => listen(lineServer('silent', record), { port, host: '0.0.0.0' })),
])
dnsServer(ANY_NAME, record).bind(PORTS.dns, '0.0.0.0')
discardServer(record).bind(PORTS.discard, '0.0.0.0')

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { id, url } = JSON.parse(line) as { id: number; url: string }
    void page(id, url)
  })
  .on('close', () => process.exit(0))
say({ ready: true })
