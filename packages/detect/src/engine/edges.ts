// Edges of the model as hashes: what a program of an image does with what.
import { argumentShape } from '../baseline/shape.ts'
import { hashText, mix } from '../tags/hash.ts'
import type { Process } from './actor.ts'
import { factsOf } from './paths.ts'

/** Parent program → program, with the shape of its arguments. */
export function execEdge(actor: Process): number {
  return mix(mix(hashText(actor.parent?.exe ?? ''), hashText(actor.exe)), argumentShape(actor.args))
}

/** The edge of a signal: what was run by whom, the script of a shell included, and what it was done to. */
export function signalEdge(ruleId: string, actor: Process, object: number): number {
  const by = actor.parent === null ? 0 : argumentShape(actor.parent.args)
  return mix(mix(mix(hashText(ruleId), actor.execEdge), by), object)
}

/** Parent program → program, whatever the arguments. */
export function startEdge(actor: Process): number {
  return mix(mix(hashText(actor.parent?.exe ?? '', 11), hashText(actor.exe, 11)), 1)
}

export function peerEdge(actor: Process, address: string, port: number): number {
  return mix(mix(hashText(actor.exe, 21), hashText(address, 21)), port)
}

export function fileEdge(actor: Process, path: string): number {
  return mix(hashText(actor.exe, 31), factsOf(path).shape)
}

export function callEdge(actor: Process, previous: string, call: string): number {
  return mix(mix(hashText(actor.exe, 41), hashText(previous, 41)), hashText(call, 41))
}
