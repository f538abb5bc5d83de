// `yagura agent detach`: takes away what agents that have ended left running for their next start. To be run when Yagura is
// removed from a machine. Prints the ids of those agents.

import { join } from 'node:path'
import { createLogger } from '@yagura/kernel'
import { removeAbandoned } from '@yagura/sensor'
import { readSettings } from './settings/settings.ts'

/** An agent that runs reads its rings five times a second. */
const UNREAD_MS = 5000

const settings = readSettings(process.env, join(import.meta.dirname, '../../..'))
if (!settings.ok) {
  createLogger('detach').fatal({ code: settings.error.code }, settings.error.message)
  process.exit(2)
}
const { handoverRoot } = settings.value
for (const name of handoverRoot === null ? [] : removeAbandoned(handoverRoot, { unreadMs: UNREAD_MS })) {
  console.log(name)
}
