// What runs of Kubernetes on one node, the kubelet asked where it can be reached: from the network it is in itself.
import { join } from 'node:path'
import { ownAddress } from '../middleware/probe/probe.ts'
import { type Component, flagOf } from './component.ts'
import { askKubelet } from './probe.ts'
import { findComponents } from './processes.ts'
import { componentReader } from './read.ts'

const KUBELET_PORT = 10250

/** Roots are open: close each. */
export async function askedComponents(procRoot: string): Promise<Component[]> {
  return await Promise.all(findComponents(procRoot).map((one) => withAnswers(one, procRoot)))
}

/** Only the kubelet of this node: the port of another one's may be anybody's. */
async function withAnswers(component: Component, procRoot: string): Promise<Component> {
  if (component.name !== 'kubelet') return component
  const own = ownAddress(join(procRoot, String(component.pid)))
  if (own === undefined) return component
  const read = componentReader(component)
  const value = async (flag: string, key: string) => {
    const given = flagOf(component.commandLine, flag)
    if (given !== undefined) return given
    const reading = await read(`conf:${key}`)
    return reading.kind === 'value' ? String(reading.value) : undefined
  }
  const address = (await value('address', 'address')) ?? '0.0.0.0'
  const host = address === '0.0.0.0' || address === '::' || address === '' ? own : address
  const port = Number((await value('port', 'port')) ?? KUBELET_PORT)
  const live = await askKubelet({ host, port })
  // nobody answered: what the flags and files say stands, and nothing claims that it was asked
  const isSilent = Object.values(live.anonymous).every((status) => status === null)
  return isSilent ? component : { ...component, live }
}
