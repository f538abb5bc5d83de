// Starts the threads that large layers are unpacked in, before the rest of what reads layers is loaded.
import { LAYERS_AT_ONCE } from '@yagura/image'
import { prepareThreads } from '@yagura/safe-io'

export function prepareThreadsFor(layers: number): void {
  prepareThreads(Math.min(layers, LAYERS_AT_ONCE))
}
