// The table of checks of middleware and how each is shown: docs/compliance-middleware.md. `node tests/e2e/compliance/table.ts` prints it.
import { join } from 'node:path'
import { loadChecks, readRecords } from '@yagura/compliance'
import { LIVE, type Shown } from './shown.ts'

const CONTENT = join(import.meta.dirname, '../../../content/checks')

export function middlewareTable(): string {
  const { checks } = loadChecks(readRecords(join(CONTENT, 'middleware')).records)
  const rows = checks.map(({ check }) => {
    const { both, pass } = (LIVE as Readonly<Record<string, Shown>>)[check.product ?? ''] ?? { both: [], pass: [] }
    const [passes, fails] = [both.includes(check.id) || pass.includes(check.id), both.includes(check.id)]
    return { id: check.id, product: check.product ?? '', title: check.title.en, passes, fails }
  })
  const products = [...Map.groupBy(rows, ({ product }) => product)]
  const yes = (is: boolean) => (is ? 'yes' : '–')
  return [
    '# Checks of middleware and how they are shown',
    '',
    'Every check passes on one made configuration and fails on another (`packages/compliance`). Beyond that each is shown on real servers of',
    'Debian 12, started well and badly (`tests/e2e/compliance`): *live pass* and *live fail*. Where a live fail is missing, that version of the',
    'server cannot be brought to fail, or Debian has no such server: MySQL beside MariaDB, old releases, MongoDB, Kafka, Elasticsearch.',
    'containerd (17 checks) and the kubelet (4 facts, 12 checks) have targets of their own: `yagura check containerd`, `yagura check kubernetes`.',
    '',
    '| product | checks | live pass and fail | live pass | recorded only |',
    '|---|---|---|---|---|',
    ...products.map(([product, own]) => {
      const both = own.filter(({ fails }) => fails).length
      const pass = own.filter(({ passes, fails }) => passes && !fails).length
      return `| ${product} | ${own.length} | ${both} | ${pass} | ${own.length - both - pass} |`
    }),
    `| all | ${rows.length} | ${rows.filter(({ fails }) => fails).length} | ${rows.filter(({ passes, fails }) => passes && !fails).length} | ${rows.filter(({ passes }) => !passes).length} |`,
    '',
    '| check | what it finds | live pass | live fail | recorded |',
    '|---|---|---|---|---|',
    ...rows.map(({ id, title, passes, fails }) => `| ${id} | ${title} | ${yes(passes)} | ${yes(fails)} | yes |`),
    '',
  ].join('\n')
}

if (process.argv[1] === import.meta.filename) process.stdout.write(middlewareTable())
