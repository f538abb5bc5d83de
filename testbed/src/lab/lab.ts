// The lab of a node: look-alike peers that containers talk to, and what arrived at them. Nothing of it leaves the node's network
// namespace; the one unix socket is made in the node's own root.
import { spawn } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cached } from '../cache.ts'
import { mustRun } from '../command.ts'
import type { Node } from '../node.ts'
import { ANY_NAME, API, BACKUP, DOCKER_SOCKET, LAB, METADATA_ADDRESSES } from './addresses.ts'
import type { PeerRecord } from './record.ts'

export { API, BACKUP, DOCKER_SOCKET, LAB } from './addresses.ts'
export type { PeerRecord } from './record.ts'

const MAIN = join(import.meta.dirname, 'peers-main.ts')
const START_TIMEOUT_MS = 15_000
/** A flood must not fill the memory of who listens. */
const MAX_RECORDS = 200_000

export interface Page {
  /** 0: no answer. */
  readonly status: number
  readonly body: string
}

export interface Lab {
  /** What arrived since a moment, from one address or from all. */
  records(sinceMs: number, from?: string): readonly PeerRecord[]
  /** Asks for a page from inside of the node's network. */
  page(url: string): Promise<Page>
  close(): Promise<void>
}

export async function startLab(node: Node, cacheDir: string): Promise<Lab> {
  await makeBridge(node)
  const tls = await tlsFiles(cacheDir)
  const socket = node.root + DOCKER_SOCKET
  const argv = ['--target', String(node.pid), '--net', '--', process.execPath, MAIN, socket, tls.key, tls.cert]
  const child = spawn('nsenter', argv, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  child.stdin.on('error', () => {})
  const records: PeerRecord[] = []
  const waiting = new Map<number, (page: Page) => void>()
  let asked = 0
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The peers of the lab did not start.')), START_TIMEOUT_MS)
    child.once('exit', () => reject(new Error('The peers of the lab ended.')))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { record?: PeerRecord; page?: Page & { id: number }; ready?: boolean }
      if (said.record && records.length < MAX_RECORDS) records.push(said.record)
      if (said.page) waiting.get(said.page.id)?.(said.page)
      if (said.ready) {
        clearTimeout(timer)
        resolve()
      }
    })
  })
  await chmod(socket, 0o666)
  return {
    records: (sinceMs, from) =>
      records.filter((one) => one.atMs >= sinceMs && (from === undefined || one.from === from)),
    page(url) {
      const id = ++asked
      return new Promise((resolve) => {
        waiting.set(id, (page) => {
          waiting.delete(id)
          resolve({ status: page.status, body: page.body })
        })
        child.stdin.write(`${JSON.stringify({ id, url })}\n`)
      })
    },
    async close() {
      child.stdin.end()
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The bridge that CNI would make with the first container, a moment earlier, and the addresses of the peers. */
async function makeBridge(node: Node): Promise<void> {
  const ip = (...argv: string[]) => node.command(['ip', ...argv])
  await ip('link', 'add', 'testbed0', 'type', 'bridge')
  await ip('address', 'add', `${LAB}/16`, 'dev', 'testbed0')
  await ip('link', 'set', 'testbed0', 'up')
  for (const address of [ANY_NAME, API, BACKUP, ...METADATA_ADDRESSES])
    await ip('address', 'add', `${address}/32`, 'dev', 'lo')
}

async function tlsFiles(cacheDir: string): Promise<{ readonly key: string; readonly cert: string }> {
  const directory = await cached(cacheDir, 'lab-tls', async (path) => {
    await mustRun(['mkdir', '-p', path])
    const names = ['-keyout', join(path, 'key.pem'), '-out', join(path, 'cert.pem')]
    const subject = ['-days', '3650', '-subj', '/CN=lab', '-addext', `subjectAltName=IP:${LAB}`]
    await mustRun(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names, ...subject])
  })
  return { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') }
}
