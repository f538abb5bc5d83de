// Which handler an event goes to.
import type { KernelEvent } from '@yagura/schema'
import { createSequenceHandler } from '../sequence/apply.ts'
import { applyExec } from './apply/exec.ts'
import { applyLink, applyOpen, applyRename, applyUnlink } from './apply/file.ts'
import { applyFork } from './apply/lifecycle.ts'
import { applyAccept, applyConnect, applyListen, applyProtocol, applyTraffic } from './apply/network.ts'
import { applyCredential, applyKill, applyNamespace, applyStdio, applyTrace } from './apply/reach.ts'
import { applyDns } from './behaviour/names.ts'
import type { Process } from './process.ts'
import type { EngineState } from './state.ts'

export type Dispatch = (state: EngineState, event: KernelEvent, process: Process) => void

export function createDispatch(): Dispatch {
  const applySequence = createSequenceHandler()
  return (state, event, process) => {
    switch (event.type) {
      case 'exec': {
        const wasStage = state.table.isRuntimeStage(process)
        state.table.executed(process, event, state.nowMs)
        applyExec(state, event, process, wasStage)
        return
      }
      case 'fork':
        return applyFork(state, event, process)
      case 'exit':
        // threads end, too; the process does with its first one
        if (event.tid === event.pid) state.table.exited(process, state.nowMs)
        return
      case 'connect':
        return applyConnect(state, event, process)
      case 'accept':
        return applyAccept(state, event, process)
      case 'listen':
        return applyListen(state, event, process)
      case 'traffic':
        return applyTraffic(state, event, process)
      case 'protocol':
        return applyProtocol(state, event, process)
      case 'dns':
        return applyDns(state, event, process)
      case 'stdio':
        return applyStdio(state, event, process)
      case 'open':
        return applyOpen(state, event, process)
      case 'rename':
        return applyRename(state, event, process)
      case 'link':
        return applyLink(state, event, process)
      case 'unlink':
        return applyUnlink(state, event, process)
      case 'kill':
        return applyKill(state, event, process)
      case 'trace':
        return applyTrace(state, event, process)
      case 'credential':
        return applyCredential(state, event, process)
      case 'namespace':
        return applyNamespace(state, event, process)
      case 'sequence':
        return applySequence(state, event, process)
      default:
        return
    }
  }
}
