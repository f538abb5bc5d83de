// The database of this server: an external one where YAGURA_DATABASE_URL names it, else the embedded one.
import type { Logger } from '@yagura/kernel'
import { openStore, type Store } from '@yagura/store'
import type { Settings } from '../settings/settings.ts'

export interface Database {
  readonly kind: 'embedded' | 'external'
  readonly version: string
  readonly store: Store
  close(): Promise<void>
}

export async function openDatabase(settings: Settings, logger: Logger): Promise<Database> {
  if (settings.databaseUrl) {
    const store = await openStore({ connection: settings.databaseUrl, logger })
    return { kind: 'external', version: await store.serverVersion(), store, close: () => store.close() }
  }
  const { startEmbedded } = await import('./embedded.ts')
  const embedded = await startEmbedded(settings, logger)
  try {
    const store = await openStore({ connection: embedded.connection, logger })
    return {
      kind: 'embedded',
      version: await store.serverVersion(),
      store,
      async close() {
        await store.close()
        await embedded.stop()
      },
    }
  } catch (thrown) {
    await embedded.stop()
    throw thrown
  }
}
