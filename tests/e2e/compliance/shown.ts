// Which checks the real servers of Debian show: passing on one and failing on another (`both`), or passing only (`pass`). `why`: what
// keeps the rest from being shown. All others stand on made configurations. The table of the documentation is written from this.
export interface Shown {
  readonly both: readonly string[]
  readonly pass: readonly string[]
  readonly why: Readonly<Record<string, string>>
}

const MYSQL = 'MySQL only; Debian releases carry MariaDB, which does not know this'

export const LIVE = {
  postgresql: { both: range('PG', 1, 20), pass: [], why: {} },
  mysql: { both: range('MY', 1, 20, [14, 17, 19]), pass: [], why: { 'MY-14': MYSQL, 'MY-17': MYSQL, 'MY-19': MYSQL } },
  redis: {
    both: range('RD', 1, 19, [12]),
    pass: [],
    why: { 'RD-12': 'Redis before version 6; the oldest that Debian still carries is 6.0' },
  },
  nginx: { both: range('NG', 1, 18), pass: [], why: {} },
  'apache-httpd': {
    both: range('AP', 1, 17, [1, 10]),
    pass: ['AP-01', 'AP-10', 'AP-18'],
    why: {
      'AP-01': 'httpd ends at once with User root, unless it was compiled with BIG_SECURITY_HOLE',
      'AP-10': "Debian's OpenSSL has no compression, and httpd ends at once when it is asked for",
      'AP-18': 'versions 2.4.49 and 2.4.50 only; Debian carries later ones',
    },
  },
  etcd: {
    both: range('ET', 1, 15, [13]),
    pass: ['ET-13'],
    why: { 'ET-13': 'etcd 3.4 and later accept TLS 1.2 and later, and cannot be told otherwise' },
  },
  rabbitmq: { both: range('RQ', 1, 16), pass: [], why: {} },
  tomcat: { both: range('TC', 1, 18), pass: [], why: {} },
} satisfies Record<string, Shown>

function range(prefix: string, from: number, to: number, without: readonly number[] = []): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
    .filter((number) => !without.includes(number))
    .map((number) => `${prefix}-${String(number).padStart(2, '0')}`)
}
