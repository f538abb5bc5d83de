// What has been learnt of a process, file or socket along cause and effect. One bit each.
export const TAGS = [
  /** serves a request that came over the network */
  'NET_IN',
  /** talked to a peer that the model does not know */
  'NET_NEW',
  /** file written by a process that talked to the network */
  'DL',
  /** file created or changed at run time */
  'DROP',
  /** runs a DROP file */
  'DROP_EXEC',
  /** output of a decoder */
  'DECODE',
  'SHELL',
  /** came into the container through the runtime's exec */
  'EXEC_IN',
  'RECON',
  /** read a secret */
  'SECRET',
  /** gained privileges */
  'CRED_UP',
  /** touched the boundary to the host */
  'ESC',
  'TAMPER',
  /** hides or blinds */
  'BLIND',
  'C2',
  'EXFIL',
  'MINER',
] as const

export type Tag = (typeof TAGS)[number]
/** Bit set over TAGS: tag number n is `1 << n`. */
export type TagMask = number

export function tagMask(...tags: readonly Tag[]): TagMask {
  return tags.reduce((mask, tag) => mask | (1 << TAGS.indexOf(tag)), 0)
}
