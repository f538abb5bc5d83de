// What the kernel may be told to refuse, scope by scope. Nothing is refused until a scope is set; a scope is one control
// group with all below it, never the root of a hierarchy, so the host at large cannot be named.
import type { Result } from '@yagura/kernel'
import type { FileLayer } from '@yagura/schema'

/** Layers a program may not be run from: written at run time, kept in memory only. */
export const DENIABLE_LAYERS = ['upper', 'tmpfs', 'memory'] as const satisfies readonly FileLayer[]
export type DeniableLayer = (typeof DENIABLE_LAYERS)[number]

/** A file by the kernel's own name for it: survives renames and links. As in events. */
export interface FileIdentity {
  readonly inode: string
  readonly device: number
}

/** A network in CIDR notation (`10.0.0.0/8`, `::1/128`); port 0 means every port. */
export interface PeerRange {
  readonly network: string
  readonly port: number
}

/**
 * Names, not paths: `authorized_keys`, `etc/shadow` (a file in a directory so named), `cron.d/` and `systemd/system/` (all that
 * lies right in it). The kernel's own names, so that no link is a way round. Only the first 31 bytes of each part count.
 */
export interface DeniedOpens {
  readonly write?: readonly string[]
  readonly read?: readonly string[]
  /** Names of programs of the image that may. */
  readonly except?: readonly string[]
}

/**
 * Unix sockets by the name their owner bound them to, in the form of `DeniedOpens` (`docker.sock`, `containerd/containerd.sock`), by
 * the kernel's own name for their file, and those that are no files: `name`, or `beginning/` for all that begin so.
 */
export interface DeniedSockets {
  readonly names?: readonly string[]
  readonly files?: readonly FileIdentity[]
  readonly abstract?: readonly string[]
}

/** Sockets behind which containers are made and entered: who may speak to them is root of the node. */
export const RUNTIME_SOCKETS: DeniedSockets = {
  names: [
    ...['docker.sock', 'containerd.sock', 'containerd.sock.ttrpc', 'crio.sock', 'cri-dockerd.sock', 'dockershim.sock'],
    ...['podman.sock', 'buildkitd.sock', 'frakti.sock', 'nri.sock', 'lxd/unix.socket', 'incus/unix.socket'],
    ...['kubelet.sock', 'kubelet_internal_checkpoint.sock', 'systemd/private'],
  ],
  abstract: ['/containerd-shim/', 'containerd-shim/'],
}

export interface ScopeVerdicts {
  /**
   * Programs that are killed (SIGKILL) before their first instruction, by layer of the file and by file. A script is its
   * interpreter here. `mappings`: also processes that map such a file as code, before they return from the call; memory
   * files are left out of that, because programs that make code as they run keep it there.
   */
  readonly denyExec?: {
    readonly layers: readonly DeniableLayer[]
    readonly files: readonly FileIdentity[]
    readonly mappings?: boolean
    /** Scripts that may be run and lie there, when an interpreter opens them: shells, Python, Perl, PHP, Ruby, Node, Lua. */
    readonly scripts?: boolean
    /**
     * Programs that give their caller rights it lacked: set-user-id, set-group-id, file capabilities. Those of the image that have one
     * of these names may. A caller that has the rights already, and one that can get none (no_new_privs), is not meant.
     */
    readonly raising?: { readonly except: readonly string[] }
  }
  /**
   * New connections and datagrams that get EPERM before a packet leaves. `listed`: those to the peers; `unlisted`: all but
   * those to the peers. Loopback is never refused. At most 64 peers a scope.
   */
  readonly denyConnect?: { readonly refuse: 'listed' | 'unlisted'; readonly peers: readonly PeerRange[] }
  /**
   * Unix sockets whose connecting ends the process before it sends a byte: told by the peer that the kernel found, so that no link,
   * mount or other name is a way round.
   */
  readonly denySockets?: DeniedSockets
  /**
   * Files whose opening ends the process before it reads or writes a byte; a file that the call made is left behind, empty. A second
   * name (a hard link) is no way round. Renaming, replacing, linking, removing or changing them by name ends the process as well, at the
   * entrance of the call: what must copy the file first (an overlay, of a file of the image) does not happen, the rest does.
   */
  readonly denyOpen?: DeniedOpens
  /** Every packet in and out is dropped, of connections that stand too; loopback is let through. */
  readonly quarantine?: boolean
  /** System calls by name (`ptrace`, `init_module`, `unshare`, …) whose caller is killed when it enters the kernel with them. */
  readonly killCalls?: readonly string[]
  /** Every process of the scope is killed at its next system call, while user space freezes it. */
  readonly doomed?: boolean
  /**
   * How long the kernel goes on with it by itself, where verdicts outlive the sensor (a handover directory): until this time, and with
   * `whileKept` also as long as a sensor reads its rings and 15 minutes beyond. Left out: until it is taken away.
   */
  readonly lasts?: { readonly untilMs: number | null; readonly whileKept: boolean }
}

export type VerdictKind =
  | 'deny-exec'
  | 'deny-open'
  | 'deny-connect'
  | 'deny-socket'
  | 'quarantine'
  | 'kill-call'
  | 'doomed'

/** What this kernel lets the sensor do. */
export interface EnforcementAbility {
  readonly kind: VerdictKind
  readonly available: boolean
  /** How it is done, or why it cannot be. One sentence. */
  readonly how: string
}

/** The kernel refused something. Quarantined packets are counted, not told one by one. */
export interface VerdictNotice {
  readonly kind: VerdictKind
  /** RFC 3339 with microseconds. */
  readonly at: string
  readonly pid: number
  readonly startNs: string
  readonly exe: string
  readonly cgroupId: string
  readonly containerId: string | null
  /** Path of the program or of the socket (`@name` where it is no file), `address:port` of the peer, or name of the call. */
  readonly object: string
}

export interface ScopeCounts {
  readonly deniedExecs: number
  readonly deniedConnects: number
  readonly droppedPackets: number
  readonly kills: number
}

export interface Enforcement {
  abilities(): readonly EnforcementAbility[]
  /**
   * Replaces all verdicts of the scope. `cgroupId` as in events and in `sensor.containers()`. Fails, with nothing changed,
   * when the group is not known, is the root of a hierarchy, or holds this process, or when an ability is missing.
   */
  setScope(cgroupId: string, verdicts: ScopeVerdicts): Result<undefined>
  /** Takes all verdicts of the scope back; without effect when there are none. */
  clearScope(cgroupId: string): Result<undefined>
  clearAll(): void
  /** Ends what the sensor before this one refused and went on without it; to be called when this one refuses it itself. */
  releaseEarlier(): void
  /** The scopes that have verdicts now. */
  scopes(): ReadonlyMap<string, ScopeVerdicts>
  /** What was refused since the scope was set; null when it has no verdicts. */
  counts(cgroupId: string): ScopeCounts | null
  /** Called from `sensor.poll` for every verdict in the order of the kernel; the last handler counts. */
  onVerdict(handler: (notice: VerdictNotice) => void): void
}
