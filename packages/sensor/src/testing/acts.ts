// For tests: a control group like a container's, and a shell or Python that acts in it.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { EventOf, EventType, KernelEvent } from '@yagura/schema'
import { type LiveSensor, makeCgroup, type TestCgroup } from './live.ts'

export interface Actor {
  readonly group: TestCgroup
  readonly containerId: string
  /** Runs the words in the group and waits; returns what it printed. */
  shell(script: string): string
  python(script: string): string
  /** The same without holding up this process, which may be the other end of what is done. */
  shellAsync(script: string): Promise<void>
  pythonAsync(script: string): Promise<void>
  /** Events of one kind in this container that satisfy the condition; waits for the first. */
  see<Type extends EventType>(type: Type, is?: (event: EventOf<Type>) => boolean): Promise<EventOf<Type>>
  seen<Type extends EventType>(type: Type): EventOf<Type>[]
  remove(): void
}

const TIMEOUT_MS = 20_000

/** A new container-like group that the sensor knows already. */
export async function createActor(live: LiveSensor): Promise<Actor> {
  const containerId = randomBytes(32).toString('hex')
  const group = makeCgroup('v2', `/yagura-act-${containerId.slice(0, 8)}/docker/${containerId}`)
  await live.settle()
  const argv = (program: readonly string[]) => ['-c', `echo $$ > ${group.procs}; exec "$0" "$@"`, ...program]

  function run(program: readonly string[]): string {
    const { stdout, stderr } = spawnSync('/bin/sh', argv(program), { encoding: 'utf8', timeout: TIMEOUT_MS })
    return stdout + stderr
  }

  async function runAsync(program: readonly string[]): Promise<void> {
    const child = spawn('/bin/sh', argv(program), { stdio: 'ignore', timeout: TIMEOUT_MS })
    await once(child, 'exit')
  }

  function seen<Type extends EventType>(type: Type): EventOf<Type>[] {
    return live.events.filter(
      (event): event is EventOf<Type> & KernelEvent => event.type === type && event.containerId === containerId,
    )
  }

  return {
    group,
    containerId,
    shell: (script) => run(['/bin/sh', '-c', script]),
    python: (script) => run(['/usr/bin/python3', '-c', script]),
    shellAsync: (script) => runAsync(['/bin/bash', '-c', script]),
    pythonAsync: (script) => runAsync(['/usr/bin/python3', '-c', script]),
    async see(type, is = () => true) {
      try {
        await live.until(() => seen(type).some(is), 5000)
      } catch {
        const others = seen(type).map((event) => JSON.stringify({ ...event, ancestry: undefined }))
        throw new Error(`no such ${type} event among ${others.length}:\n${others.slice(0, 20).join('\n')}`)
      }
      return seen(type).find(is) as EventOf<typeof type>
    },
    seen,
    remove: () => group.remove(),
  }
}
