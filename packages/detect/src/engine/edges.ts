// Edges of the model as hashes: what a program of an image does with what.
import type { FileLayer } from '@yagura/schema'
import { hashPort, hashText, mix } from '../tags/hash.ts'
import type { Process } from './actor.ts'
import { addressFacts } from './addresses.ts'
import { factsOf } from './paths.ts'
import { roleOf } from './programs.ts'

/** Layers of programs that were written at run time. */
export const WRITTEN_LAYERS: readonly FileLayer[] = ['upper', 'tmpfs', 'memory']
export const SCRIPT_HABIT = 'script'

/** Parent program → program, with the shape of its arguments. */
export function execEdge(actor: Process): number {
  return mix(mix(hashText(actor.parent?.exe ?? ''), hashText(actor.exe)), actor.shape)
}

/** The same with the arguments of the parent, the script of a shell among them; a program that was written at run time is another. */
export function actOf(actor: Process): number {
  return mix(mix(actor.execEdge, actor.parent?.shape ?? 0), WRITTEN_LAYERS.includes(actor.exeLayer) ? 1 : 0)
}

/** The edge of a signal: what was run by whom, and what it was done to. */
export function signalEdge(ruleId: string, actor: Process, object: number): number {
  return mix(mix(hashText(ruleId), actor.act), object)
}

/**
 * The same whichever rule saw it. Rules see one act from several sides, not each side every time, and some of them the stricter the
 * better the workload is known. Only what a hint saw excuses no more than hints.
 */
export function actEdge(actor: Process, object: number, isHint: boolean): number {
  return mix(mix(actor.act, object), isHint ? 1 : 2)
}

/** What a program that begins is about: itself. */
export const EXEC_OBJECT = hashText('exec')

/** What a connection is about: the peer. */
export function peerObject(address: string, port: number): number {
  return hashPort(addressFacts(address).peerHash, port)
}

/** Something that this image does, whichever program of it. */
export function habitEdge(name: FileLayer | typeof SCRIPT_HABIT): number {
  return hashText(name, 61)
}

export function peerEdge(actor: Process, address: string, port: number): number {
  return mix(mix(roleOf(actor).program.peerHash, addressFacts(address).edgeHash), port)
}

export function fileEdge(actor: Process, path: string): number {
  return mix(roleOf(actor).program.fileHash, factsOf(path).shape)
}

export function callEdge(actor: Process, previous: string, call: string): number {
  return mix(mix(hashText(actor.exe, 41), hashText(previous, 41)), hashText(call, 41))
}
