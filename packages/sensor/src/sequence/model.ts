// The sets of pairs of calls that the kernel half compares with and fills: off until it is switched on, because it looks at
// every system call. Who decides what is learnt, keeps the sets and merges them is the engine; here they are read and loaded.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { RECORD_CONSTANTS as C, structLayout } from '@yagura/schema/kernel-record'
import type { CgroupResolver } from '../cgroup/resolver.ts'
import type { FileIdentity } from '../enforce/enforcement.ts'
import type { LoadedObject } from '../hook/load.ts'
import type { BpfLink, Libbpf } from '../native/libbpf.ts'
import type { Scopes } from '../scope/scopes.ts'

/** Slots for programs of images (bpf/sequence.h). */
export const SEQUENCE_SLOTS = 2048
/** Bytes of one set: a bit for every pair of classes, at `previous * 128 + call`. */
export const SEQUENCE_SET_BYTES = (C.CALL_CLASSES * C.CALL_CLASSES) / 8

const { at: KEY, sizeBytes: KEY_BYTES } = structLayout('programKey')
const { at: PROGRAM, sizeBytes: PROGRAM_BYTES } = structLayout('program')

export interface SequenceModel {
  /** Attaches or detaches the programs; fails where this kernel does not take them. */
  switch(on: boolean): Result<undefined>
  /** Number of the image (from 1) that the processes of a control group belong to. */
  setImage(cgroupId: string, image: number): void
  /** Which set (0 to 2047) a program of an image has, and whether it is filled or compared with. */
  setProgram(image: number, file: FileIdentity, slot: number, isLearning: boolean): Result<undefined>
  read(slot: number): Uint8Array
  load(slot: number, set: Uint8Array): Result<undefined>
}

export function createSequenceModel(
  bpf: Libbpf,
  loaded: LoadedObject,
  cgroups: CgroupResolver,
  scopes: Scopes,
): SequenceModel {
  const setsFd = loaded.mapFd('call_sets')
  const programsFd = loaded.mapFd('programs')
  let links: BpfLink[] = []

  return {
    switch(on) {
      if (!on) {
        for (const link of links) link.destroy()
        links = []
        return ok(undefined)
      }
      if (links.length > 0) return ok(undefined)
      for (const name of ['sequence-fork', 'sequence'] as const) {
        const missing = loaded.onDemandMissing(name)
        if (missing !== undefined) return err(new YaguraError('SENSOR', `This kernel gives no sequences: ${missing}.`))
        const link = loaded.attachOnDemand(name)
        if (!link.ok) return link
        links.push(link.value)
      }
      return ok(undefined)
    },
    setImage(cgroupId, image) {
      const group = cgroups.find(cgroupId)
      if (group !== undefined) scopes.setImage(group.hierarchy, Number(cgroupId), image)
    },
    setProgram(image, file, slot, isLearning) {
      if (slot < 0 || slot >= SEQUENCE_SLOTS) return err(new YaguraError('SENSOR', `There is no set ${slot}.`))
      const key = new Uint8Array(KEY_BYTES)
      const view = new DataView(key.buffer)
      view.setBigUint64(KEY.inode, BigInt(file.inode), true)
      view.setUint32(KEY.device, file.device, true)
      view.setUint32(KEY.image, image, true)
      const value = new Uint8Array(PROGRAM_BYTES)
      new DataView(value.buffer).setUint32(PROGRAM.slot, slot, true)
      new DataView(value.buffer).setUint32(PROGRAM.isLearning, isLearning ? 1 : 0, true)
      return bpf.update(programsFd, key, value)
    },
    read(slot) {
      const set = new Uint8Array(SEQUENCE_SET_BYTES)
      bpf.lookup(setsFd, keyOf(slot), set)
      return set
    },
    load(slot, set) {
      if (set.byteLength !== SEQUENCE_SET_BYTES) return err(new YaguraError('SENSOR', 'A set has another size.'))
      return bpf.update(setsFd, keyOf(slot), set)
    },
  }
}

function keyOf(slot: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(slot).buffer)
}
