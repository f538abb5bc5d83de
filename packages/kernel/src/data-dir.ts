// Where state lives on this machine. Several installations run side by side, each with its own YAGURA_DATA_DIR.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface DataPaths {
  readonly root: string
  /** Owned by the service user the server runs as. */
  readonly server: {
    readonly root: string
    readonly postgres: string
    readonly authority: string
    /** HTTP over this unix socket, for the command line of this machine's administrator only. */
    readonly adminSocket: string
    readonly advisories: string
  }
  /** Owned by the user the agent runs as (root, where there is a sensor). */
  readonly agent: { readonly root: string; readonly identity: string; readonly spool: string; readonly cache: string }
  readonly scanCache: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** YAGURA_DATA_DIR, or /var/lib/yagura for root, or the XDG data directory. */
export function dataPaths(env: Environment = process.env, uid: number | undefined = process.getuid?.()): DataPaths {
  const root = resolve(
    env.YAGURA_DATA_DIR ||
      (uid === 0
        ? '/var/lib/yagura'
        : join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local/share'), 'yagura')),
  )
  const server = join(root, 'server')
  const agent = join(root, 'agent')
  return {
    root,
    server: {
      root: server,
      postgres: join(server, 'postgres'),
      authority: join(server, 'authority'),
      adminSocket: join(server, 'run', 'admin.sock'),
      advisories: join(server, 'advisories', 'advisories.ydb'),
    },
    agent: { root: agent, identity: join(agent, 'identity'), spool: join(agent, 'spool'), cache: join(agent, 'cache') },
    scanCache: join(root, 'scan-cache'),
  }
}
