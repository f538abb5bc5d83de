// What arrived at a peer. Effects of actions are told by these, so a peer writes down everything, and little of each thing.
export interface PeerRecord {
  readonly atMs: number
  /** http, c2, stratum, dns, metadata, kube, kubelet, docker, ssh, redis, postgres, irc, discard, silent */
  readonly peer: string
  /** Address of who asked; empty for a unix socket. */
  readonly from: string
  readonly to: string
  readonly port: number
  readonly method: string
  readonly path: string
  readonly sizeBytes: number
  /** The first bytes, as Latin-1. */
  readonly text: string
  readonly authorization: string
}

export const TEXT_BYTES = 1024

export type Recorder = (record: PeerRecord) => void

export function peerRecord(peer: string, fields: Partial<PeerRecord>): PeerRecord {
  return {
    atMs: Date.now(),
    peer,
    from: '',
    to: '',
    port: 0,
    method: '',
    path: '',
    sizeBytes: 0,
    text: '',
    authorization: '',
    ...fields,
  }
}

/** ::ffff:10.88.0.7 → 10.88.0.7 */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '')
}
