// Which checks the real servers of Debian show: passing on one and failing on another (`both`), or passing only (`pass`), because that
// program cannot be brought to fail it. All others stand on made configurations. The table of the documentation is written from this.
export interface Shown {
  readonly both: readonly string[]
  readonly pass: readonly string[]
}

export const LIVE = {
  postgresql: { both: range('PG', 1, 19), pass: ['PG-20'] },
  mysql: { both: range('MY', 1, 20, [14, 17, 19]), pass: [] },
  redis: { both: range('RD', 1, 19, [12, 14]), pass: ['RD-14'] },
  nginx: { both: range('NG', 1, 18), pass: [] },
  'apache-httpd': { both: range('AP', 1, 17, [1, 10]), pass: ['AP-01', 'AP-10', 'AP-18'] },
  etcd: { both: range('ET', 1, 15, [8, 13]), pass: ['ET-13'] },
  rabbitmq: { both: range('RQ', 2, 16, [12, 14]), pass: ['RQ-12'] },
  tomcat: { both: range('TC', 1, 18), pass: [] },
} satisfies Record<string, Shown>

function range(prefix: string, from: number, to: number, without: readonly number[] = []): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
    .filter((number) => !without.includes(number))
    .map((number) => `${prefix}-${String(number).padStart(2, '0')}`)
}
