// Live views. They outlast the question whether somebody may look, so it is asked again while they are open.
import { YaguraError } from '@yagura/kernel'
import { streamEvents } from '../live/stream-events.ts'
import type { Authenticator } from '../sign-in/authenticate.ts'
import type { Handlers } from './handler.ts'

export function liveHandlers(authenticator: Authenticator): Pick<Handlers, 'streamEvents'> {
  return {
    streamEvents: ({ context, caller, query, request, reply }) =>
      streamEvents(
        context,
        {
          tenantId: caller.tenantId,
          who: `${caller.tenantId} ${caller.actor}`,
          isStillAllowed: () =>
            authenticator.authenticate(request).then(
              () => true,
              (thrown) => !isRefusal(thrown),
            ),
        },
        query,
        request,
        reply,
      ),
  }
}

/** A database that is away says nothing about who may look. */
function isRefusal(thrown: unknown): boolean {
  return thrown instanceof YaguraError && ['UNAUTHENTICATED', 'RATE_LIMITED'].includes(thrown.code)
}
