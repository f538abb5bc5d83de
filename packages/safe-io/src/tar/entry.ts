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
  /** A PAX record gives it capabilities (security.capability). */
  readonly hasCapabilities: boolean
  /** Where the content starts, counted from the start of the archive. */
  readonly offsetBytes: number
  /** Stored with holes: the bytes in the archive are not the bytes of the file. */
  readonly sparse: boolean
  /** 0/0 character devices are how overlayfs writes a deletion. */
  readonly device: { readonly major: number; readonly minor: number } | null
}

/** Asks for the content of an entry: in parts, or by `deliver` all of it in one piece. */
export type TarWish = ContentSink | { readonly deliver: (bytes: Buffer) => void }

/** Gets the content of one file in parts. What is cut short never ends. */
export interface ContentSink {
  /** The part may be reused after the call: what is kept must be copied. */
  write(part: Uint8Array): void
  end(): void
  /** True: nothing more of the file matters, and a source that can leaves the rest aside. */
  isDone?(): boolean
}

/** Collects the parts and hands over the whole. */
export function wholeContent(deliver: (bytes: Buffer) => void): ContentSink {
  const parts: Buffer[] = []
  return {
    write: (part) => parts.push(Buffer.from(part)),
    end: () => deliver(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)),
  }
}

export interface TarSummary {
  readonly entries: number
  /** There were bytes other than zero behind the end marker. Container runtimes stop at the marker, so do we. */
  readonly trailingData: boolean
}
