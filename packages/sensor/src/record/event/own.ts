// The fields of an event that are its own, not those of who did it.
import type { EventOf } from '@yagura/schema'

type Common = keyof EventOf<'exit'>

export type Own<Event> = Omit<Event, Exclude<Common, 'exitCode' | 'signal'>>
