// Until when a major version gets fixes: the date of its final release (postgresql.org/support/versioning). A version that is not here is
// newer than this table, and nothing is said of it.
const LAST_RELEASE: Readonly<Record<number, string>> = {
  10: '2022-11-10',
  11: '2023-11-09',
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
}
const OLDEST = 10

/** YYYY-MM-DD; undefined: not known. */
export function supportEnds(major: number): string | undefined {
  return major < OLDEST ? LAST_RELEASE[OLDEST] : LAST_RELEASE[major]
}
