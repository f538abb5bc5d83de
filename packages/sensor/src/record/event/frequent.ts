// The kinds that make nine of ten events, each written out: one object made in one piece costs a fraction of one that is put together.
import type { EventOf } from '@yagura/schema'
import type { Own } from './own.ts'

type Who = Omit<EventOf<'exit'>, 'type' | 'exitCode' | 'signal'>

export function openEvent(who: Who, own: Own<EventOf<'open'>>): EventOf<'open'> {
  return {
    id: who.id,
    at: who.at,
    source: who.source,
    pid: who.pid,
    tid: who.tid,
    parentPid: who.parentPid,
    startNs: who.startNs,
    uid: who.uid,
    gid: who.gid,
    command: who.command,
    exe: who.exe,
    cgroupId: who.cgroupId,
    containerId: who.containerId,
    ancestry: who.ancestry,
    type: 'open',
    path: own.path,
    flags: own.flags,
    created: own.created,
    inode: own.inode,
    device: own.device,
    layer: own.layer,
  }
}

export function socketEvent<Type extends 'connect' | 'accept' | 'listen'>(
  who: Who,
  type: Type,
  own: Own<EventOf<'accept'>>,
) {
  return {
    id: who.id,
    at: who.at,
    source: who.source,
    pid: who.pid,
    tid: who.tid,
    parentPid: who.parentPid,
    startNs: who.startNs,
    uid: who.uid,
    gid: who.gid,
    command: who.command,
    exe: who.exe,
    cgroupId: who.cgroupId,
    containerId: who.containerId,
    ancestry: who.ancestry,
    type,
    family: own.family,
    protocol: own.protocol,
    localAddress: own.localAddress,
    localPort: own.localPort,
    remoteAddress: own.remoteAddress,
    remotePort: own.remotePort,
    socketId: own.socketId,
  }
}

export function trafficEvent(who: Who, own: Own<EventOf<'traffic'>>): EventOf<'traffic'> {
  return {
    id: who.id,
    at: who.at,
    source: who.source,
    pid: who.pid,
    tid: who.tid,
    parentPid: who.parentPid,
    startNs: who.startNs,
    uid: who.uid,
    gid: who.gid,
    command: who.command,
    exe: who.exe,
    cgroupId: who.cgroupId,
    containerId: who.containerId,
    ancestry: who.ancestry,
    type: 'traffic',
    family: own.family,
    protocol: own.protocol,
    localAddress: own.localAddress,
    localPort: own.localPort,
    remoteAddress: own.remoteAddress,
    remotePort: own.remotePort,
    socketId: own.socketId,
    sentBytes: own.sentBytes,
    receivedBytes: own.receivedBytes,
    ended: own.ended,
  }
}

export function dnsEvent(
  who: Who,
  own: Own<EventOf<'accept'>>,
  { name, queryType }: { readonly name: string; readonly queryType: string },
): EventOf<'dns'> {
  return {
    id: who.id,
    at: who.at,
    source: who.source,
    pid: who.pid,
    tid: who.tid,
    parentPid: who.parentPid,
    startNs: who.startNs,
    uid: who.uid,
    gid: who.gid,
    command: who.command,
    exe: who.exe,
    cgroupId: who.cgroupId,
    containerId: who.containerId,
    ancestry: who.ancestry,
    type: 'dns',
    family: own.family,
    protocol: own.protocol,
    localAddress: own.localAddress,
    localPort: own.localPort,
    remoteAddress: own.remoteAddress,
    remotePort: own.remotePort,
    socketId: own.socketId,
    name,
    queryType,
  }
}
