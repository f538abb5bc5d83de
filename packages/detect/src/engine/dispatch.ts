// Which handler an event goes to.
import type { KernelEvent } from '@yagura/schema'
import { createSequenceHandler } from '../sequence/apply.ts'
import type { Process } from './actor.ts'
import { applyExec } from './apply/exec.ts'
import { applyLink, applyOpen, applyRename, applyUnlink } from './apply/file.ts'
import { applyFork } from './apply/lifecycle.ts'
import { applyAccept, applyConnect, applyListen, applyProtocol, applyTraffic } from './apply/network.ts'
import { applyCredential, applyKill, applyNamespace, applyStdio, applyTrace } from './apply/reach.ts'
import { applyDns } from './behaviour/names.ts'
import type { EngineState } from './state.ts'

export type Dispatch = (state: EngineState, event: KernelEvent, actor: Process) => void

export function createDispatch(): Dispatch {
  const applySequence = createSequenceHandler()
  return (state, event, actor) => {
    switch (event.type) {
      // most are of this kind
      case 'open':
        return applyOpen(state, event, actor)
      case 'exec': {
        const wasStage = state.table.isRuntimeStage(actor)
        state.table.executed(actor, event, state.nowMs)
        applyExec(state, event, actor, wasStage)
        return
      }
      case 'fork':
        return applyFork(state, event, actor)
      case 'exit':
        // threads end, too; the process does with its first one
        if (event.tid === event.pid) state.table.exited(actor, state.nowMs)
        return
      case 'connect':
        return applyConnect(state, event, actor)
      case 'accept':
        return applyAccept(state, event, actor)
      case 'listen':
        return applyListen(state, event, actor)
      case 'traffic':
        return applyTraffic(state, event, actor)
      case 'protocol':
        return applyProtocol(state, event, actor)
      case 'dns':
        return applyDns(state, event, actor)
      case 'stdio':
        return applyStdio(state, event, actor)
      case 'rename':
        return applyRename(state, event, actor)
      case 'link':
        return applyLink(state, event, actor)
      case 'unlink':
        return applyUnlink(state, event, actor)
      case 'kill':
        return applyKill(state, event, actor)
      case 'trace':
        return applyTrace(state, event, actor)
      case 'credential':
        return applyCredential(state, event, actor)
      case 'namespace':
        return applyNamespace(state, event, actor)
      case 'sequence':
        return applySequence(state, event, actor)
      default:
        return
    }
  }
}
