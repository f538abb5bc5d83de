// The tables of the database, and how long their blocks are. Long blocks pack better; short ones are read faster.

const KiB = 1024

export const TABLES = {
  /** ecosystem NUL package NUL advisory → what the advisory says of the package. */
  packages: 64 * KiB,
  /** advisory → what findings need beside that. */
  details: 64 * KiB,
  /** CVE → the worst severity that an advisory about it alone gives. */
  severities: 16 * KiB,
  /** CVE → exploited in the wild (CISA KEV). */
  kev: 32 * KiB,
  /** CVE → probability of exploitation (FIRST EPSS). */
  epss: 32 * KiB,
  /** CVE → CVSS vectors, SSVC decision points, weaknesses (CISA vulnrichment). */
  vulnrichment: 32 * KiB,
  /** product NUL release → end of life. */
  'end-of-life': 32 * KiB,
  /** vulnerability NUL statement → what a vendor says of its products (OpenVEX, CSAF). */
  vex: 64 * KiB,
  /** purl without version and qualifiers NUL key in `vex` → nothing more. */
  'vex-products': 32 * KiB,
} as const

export type TableName = keyof typeof TABLES
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[]
