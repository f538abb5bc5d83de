// The tags as bits, by name: handlers read as the design does.
import { TAGS, type Tag, type TagMask, tagMask } from '../contract/tags.ts'

export const NET_IN = tagMask('NET_IN')
export const NET_NEW = tagMask('NET_NEW')
export const DL = tagMask('DL')
export const DROP = tagMask('DROP')
export const DROP_EXEC = tagMask('DROP_EXEC')
export const DECODE = tagMask('DECODE')
export const SHELL = tagMask('SHELL')
export const EXEC_IN = tagMask('EXEC_IN')
export const RECON = tagMask('RECON')
export const SECRET = tagMask('SECRET')
export const CRED_UP = tagMask('CRED_UP')
export const ESC = tagMask('ESC')
export const TAMPER = tagMask('TAMPER')
export const BLIND = tagMask('BLIND')
export const C2 = tagMask('C2')
export const EXFIL = tagMask('EXFIL')
export const MINER = tagMask('MINER')

/** In such a lineage a strong signal is never learnt away. */
export const GUARD = NET_IN | DL | EXEC_IN | ESC | C2
/** These stay for a day; the rest fades within an hour. */
export const LONG = DROP_EXEC | EXEC_IN | ESC | SECRET
/** What a file hands to the process that runs it. */
export const HANDED_TO_EXEC = DL | DROP | DECODE
/** What ordinary work of a known image takes away at exec (attenuation). */
export const ATTENUATED = SHELL | RECON

export function tagNames(mask: TagMask): Tag[] {
  return TAGS.filter((_, index) => (mask & (1 << index)) !== 0)
}
