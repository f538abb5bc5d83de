// The part of a sketch that one kind of event has for itself. The word behind the kind is what it is about.
import { err, ok, type Result } from '@yagura/kernel'
import type { EventType } from '@yagura/schema'
import type { Common } from './common.ts'
import { descriptorOf, splitArgs } from './words.ts'

type Special = Readonly<Record<string, unknown>>
type Base = Readonly<Record<string, unknown>>

const FLAGS: Readonly<Record<string, number>> = { r: 0, w: 1, rw: 2, create: 0o101, append: 0o2101, truncate: 0o1101 }

const NUMBERED = /\{n\}/g

export function eventOf(
  type: EventType,
  written: Special,
  data: Common,
  base: Base,
  time: number,
): Result<unknown, string> {
  const special = new Map(Object.entries(written))
  const about = String(special.get(type) ?? '').replace(NUMBERED, String(time + 1))
  special.delete(type)
  special.delete('env')
  const take = <T>(key: string, otherwise: T): T => {
    const value = special.get(key)
    special.delete(key)
    return (value === undefined ? otherwise : value) as T
  }
  const own = ownPart(type, about, take, data)
  const [unknown] = special.keys()
  return unknown === undefined ? ok({ ...base, type, ...own }) : err(`A sketch of ${type} has no "${unknown}".`)
}

type Take = <T>(key: string, otherwise: T) => T

function ownPart(type: EventType, about: string, take: Take, data: Common): Special {
  const result = () => ({ result: take('result', 0) })
  const file = () => ({ path: about, inode: '7', device: 1, layer: take('layer', 'upper') })
  const target = () => ({
    targetPid: take('targetpid', 200),
    targetExe: about,
    targetContainerId: { same: data.host ? null : 'c1', host: null, other: 'c2' }[
      take<'same' | 'host' | 'other'>('where', 'same')
    ],
  })
  switch (type) {
    case 'exec':
      return {
        exe: about,
        command: data.command ?? about.slice(about.lastIndexOf('/') + 1).slice(0, 15),
        args: data.args === undefined && take('noargs', false) ? [] : splitArgs(data.args, about),
        argsTruncated: false,
        cwd: '/',
        exeLayer: take('layer', 'image'),
        exeUnlinked: take('unlinked', false),
        stdio: data.stdio.map(descriptorOf),
        environment: data.env,
        terminal: data.terminal,
        sessionId: 1,
        capabilities: String(take('capabilities', '0')),
        realUid: take('realuid', data.uid),
        injected: take('injected', false),
      }
    case 'fork':
      return { childPid: Number(about) }
    case 'exit':
      return { exitCode: Number(about), signal: take('signal', 0) }
    case 'connect':
      return { ...socket(about, take), ...result() }
    case 'accept':
      return socket(about, take)
    case 'listen':
      return { ...socket('0.0.0.0:0', take), localAddress: '0.0.0.0', localPort: Number(about) }
    case 'traffic':
      return { ...socket(about, take), sentBytes: take('sent', 0), receivedBytes: take('received', 0), ended: true }
    case 'protocol':
      return {
        ...socket(take('peer', '10.0.0.9:80'), take),
        name: about,
        direction: take('direction', 'sent'),
        detail: take('detail', ''),
      }
    case 'dns':
      return {
        ...socket(take('peer', '10.0.0.2:53'), take),
        protocol: 'udp',
        name: about,
        queryType: take('query', 'A'),
      }
    case 'socket':
      return { domain: about, socketType: take('kind', 3), protocolNumber: take('number', 0), ...result() }
    case 'stdio':
      return { number: take('number', 0), target: descriptorOf(about) }
    case 'open': {
      const flags = take<string>('flags', 'r')
      return {
        path: about,
        flags: FLAGS[flags] ?? 0,
        created: take('created', flags === 'create'),
        inode: '7',
        device: 1,
        layer: take('layer', 'image'),
      }
    }
    case 'rename':
      return { ...file(), newPath: take('to', ''), ...result() }
    case 'link':
      return { ...file(), newPath: take('to', ''), symbolic: take('symbolic', true), ...result() }
    case 'unlink':
      return { ...file(), directory: take('directory', false), ...result() }
    case 'chmod':
      return { ...file(), mode: take('mode', 0o755), ...result() }
    case 'chown':
      return { ...file(), newUid: take('newuid', 0), newGid: take('newgid', 0), ...result() }
    case 'mknod':
      return {
        path: about,
        mode: take('block', true) ? 0o60_600 : 0o20_600,
        major: take('major', 8),
        minor: take('minor', 0),
        ...result(),
      }
    case 'attribute':
      return { ...file(), flags: take('flags', 0), ...result() }
    case 'map':
      return { ...file(), protection: take('protection', 5) }
    case 'mount':
      return {
        action: take('action', 'mount'),
        sourcePath: take('source', 'none'),
        path: about,
        filesystem: take('filesystem', 'tmpfs'),
        flags: String(take('flags', 0)),
        ...result(),
      }
    case 'chroot':
      return { ...file(), ...result() }
    case 'namespace':
      return { action: about, kinds: take('kinds', ['mount']), targetPid: take('targetpid', null), ...result() }
    case 'kill':
      return { ...target(), signal: take('signal', 9), ...result() }
    case 'trace':
      return { ...target(), action: take('action', 'attach'), call: take('call', 'ptrace'), ...result() }
    case 'credential':
      return {
        call: about,
        oldUid: take('olduid', 1000),
        newUid: take('newuid', 0),
        oldGid: take('oldgid', 1000),
        newGid: take('newgid', 0),
        gainedCapabilities: String(take('gained', '0')),
      }
    case 'capability':
      return { capability: about, allowed: take('allowed', true) }
    case 'call':
      return {
        call: about,
        compat: take('compat', false),
        numbers: take<unknown[]>('numbers', []).map(String),
        detail: take('detail', ''),
        ...result(),
      }
    case 'sequence':
      return {
        previousCall: take('previous', 'read'),
        call: take('call', 'write'),
        score: take('score', 1),
        automaton: about || null,
      }
  }
}

function socket(peer: string, take: Take): Special {
  const colon = peer.lastIndexOf(':')
  const address = peer.slice(0, colon)
  const six = address.includes(':')
  return {
    family: six ? 'inet6' : 'inet',
    protocol: take('protocol', 'tcp'),
    localAddress: take('local', six ? 'fd00::2' : '10.0.0.2'),
    localPort: take('localport', 40_000),
    remoteAddress: address,
    remotePort: Number(peer.slice(colon + 1)),
  }
}
