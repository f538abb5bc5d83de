// Why one side may know what the other does not. Each line is a rule of one of the two, not an excuse for a package.

export interface Difference {
  readonly side: 'here' | 'the peer'
  /** `package`, or the names of a vulnerability. */
  readonly what: string
  readonly kind: string
  readonly type: string
  readonly name: string
  readonly version: string
  readonly ownedBy: string | null
  readonly paths: readonly string[]
}

interface Reason {
  readonly side: Difference['side']
  readonly text: string
  holds(difference: Difference): boolean
}

const LOCK_FILE = /\/(?:composer\.lock|Cargo\.lock|go\.mod|package-lock\.json|Gemfile\.lock|requirements\.txt)$/

const REASONS: readonly Reason[] = [
  {
    side: 'here',
    text: 'its files belong to a package of the system, which its vendor judges; the peer leaves it out, here it names its owner',
    holds: ({ ownedBy }) => ownedBy !== null,
  },
  {
    side: 'the peer',
    text: 'lock files inside an image tell what was to be installed, not what is',
    holds: ({ kind, paths }) => kind === 'rootfs' && paths.every((path) => LOCK_FILE.test(path)),
  },
]

export function reasonFor(difference: Difference): string | undefined {
  return REASONS.find(({ side, holds }) => side === difference.side && holds(difference))?.text
}
