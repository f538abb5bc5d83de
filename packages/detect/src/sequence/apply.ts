// Novel pairs of system calls that the kernel reports, as evidence inside of a chain.
import type { EventOf } from '@yagura/schema'
import type { Lineage, Process } from '../engine/actor.ts'
import { NEW_SEQUENCE } from '../engine/behaviour/catalogue.ts'
import { callEdge } from '../engine/edges.ts'
import { named, sentence } from '../engine/sentence.ts'
import type { EngineState } from '../engine/state.ts'
import { type Cusum, createCusum } from './cusum.ts'

export function createSequenceHandler(): (state: EngineState, event: EventOf<'sequence'>, actor: Process) => void {
  const sums = new WeakMap<Lineage, Cusum>()
  return (state, event, actor) => {
    if (event.automaton !== null) return
    const edge = callEdge(actor, event.previousCall, event.call)
    if (state.isExpected(actor, edge)) return
    state.learn(actor, edge)
    let sum = sums.get(actor.lineage)
    if (sum === undefined) {
      sum = createCusum()
      sums.set(actor.lineage, sum)
    }
    if (!sum.add(event.score, state.nowMs)) return
    state.see({
      rule: NEW_SEQUENCE,
      actor,
      sentence: sentence(
        `${named(actor)} makes system calls in an order that this program never used in this image.`,
        `${named(actor)} のシステムコールの順序は、このイメージのこのプログラムでは初めてのものだ。`,
        `${named(actor)} 的系统调用顺序在该镜像的此程序中从未出现过。`,
      ),
      eventIds: [event.id],
      object: 0,
      isSequence: true,
    })
  }
}
