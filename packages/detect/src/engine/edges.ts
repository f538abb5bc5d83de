// Edges of the model as hashes: what a program of an image does with what.
import { argumentShape, shapeOf } from '../baseline/shape.ts'
import { hashText, mix } from '../tags/hash.ts'
import type { Process } from './process.ts'

/** Parent program → program, with the shape of its arguments. */
export function execEdge(process: Process): number {
  return mix(mix(hashText(process.parent?.exe ?? ''), hashText(process.exe)), argumentShape(process.args))
}

/** Parent program → program, whatever the arguments. */
export function startEdge(process: Process): number {
  return mix(mix(hashText(process.parent?.exe ?? '', 11), hashText(process.exe, 11)), 1)
}

export function peerEdge(process: Process, address: string, port: number): number {
  return mix(mix(hashText(process.exe, 21), hashText(address, 21)), port)
}

export function fileEdge(process: Process, path: string): number {
  return mix(hashText(process.exe, 31), hashText(shapeOf(path), 31))
}

export function callEdge(process: Process, previous: string, call: string): number {
  return mix(mix(hashText(process.exe, 41), hashText(previous, 41)), hashText(call, 41))
}
