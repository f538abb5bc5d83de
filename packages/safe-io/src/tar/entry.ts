// What a tar archive says about one member.

export const TAR_ENTRY_KINDS = ['file', 'hardlink', 'symlink', 'directory', 'device', 'fifo'] as const
export type TarEntryKind = (typeof TAR_ENTRY_KINDS)[number]

export interface TarEntry {
  /** As written in the archive; see normalisePath. */
  readonly name: string
  readonly kind: TarEntryKind
  readonly linkName: string
  readonly sizeBytes: number
  readonly mode: number
  /** Where the content starts, counted from the start of the archive. */
  readonly offsetBytes: number
  /** Stored with holes: the bytes in the archive are not the bytes of the file. */
  readonly sparse: boolean
  /** 0/0 character devices are how overlayfs writes a deletion. */
  readonly device: { readonly major: number; readonly minor: number } | null
}

/** Asks for the content of an entry. `deliver` gets all of it in one piece. */
export interface TarWish {
  readonly deliver: (bytes: Buffer) => void
}

export interface TarSummary {
  readonly entries: number
  /** There were bytes other than zero behind the end marker. Container runtimes stop at the marker, so do we. */
  readonly trailingData: boolean
}
