// Address and secret of a webhook, sealed together: an address may hold a token of its own.
import type { WebhookTarget } from '@yagura/notify'
import type { Context } from '../context.ts'

export function sealTarget({ sealing }: Context, id: string, target: WebhookTarget): Buffer {
  return sealing.seal(JSON.stringify(target), `webhook ${id}`)
}

export function openTarget({ sealing }: Context, { id, sealed }: { id: string; sealed: Uint8Array }): WebhookTarget {
  return JSON.parse(sealing.open(sealed, `webhook ${id}`)) as WebhookTarget
}
