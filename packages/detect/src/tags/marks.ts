// Bits beside the tags: kinds of content that matter once they leave the container, and where a file came from. Kept in the same
// 32 bits of a file's row, above the tags.

/** Packed together from many files. */
export const ARCHIVE = 1 << 20
/** A database or its dump. */
export const DATA = 1 << 21
/** Written by the installer of the distribution. */
export const PACKAGED = 1 << 22
/** Token of a service account. */
export const TOKEN = 1 << 23
/** The environment of a process. */
export const ENVIRONMENT = 1 << 24
/** Copied to a place from where it is sent. */
export const STAGED = 1 << 25

export const CONTENT = ARCHIVE | DATA | TOKEN | ENVIRONMENT | STAGED
export const TAG_BITS = (1 << 17) - 1
