// The table of checks of middleware and how each is shown: docs/compliance-middleware.md. `node tests/e2e/compliance/table.ts` prints it.
import { join } from 'node:path'
import { loadChecks, readRecords } from '@yagura/compliance'
import { LIVE, type Shown } from './shown.ts'

const CONTENT = join(import.meta.dirname, '../../../content/checks')

const NOTHING: Shown = { both: [], pass: [], why: {} }

function shownOf(product: string | null): Shown {
  return (LIVE as Readonly<Record<string, Shown>>)[product ?? ''] ?? NOTHING
}

export function middlewareTable(): string {
  const { checks } = loadChecks(readRecords(join(CONTENT, 'middleware')).records)
  const rows = checks.map(({ check }) => {
    const { both, pass } = shownOf(check.product)
    const [passes, fails] = [both.includes(check.id) || pass.includes(check.id), both.includes(check.id)]
    return { id: check.id, product: check.product ?? '', title: check.title.en, passes, fails }
  })
  const products = [...Map.groupBy(rows, ({ product }) => product)]
  const yes = (is: boolean) => (is ? 'yes' : '–')
  return [
    '# Checks of middleware and how they are shown',
    '',
    'Every check passes on one made configuration and fails on another (`packages/compliance`). Beyond that each is shown on real servers of',
    'Debian 12 (two of them of Debian 11 and 13), started well and badly (`tests/e2e/compliance`): *live pass* and *live fail*. What keeps the',
    'others from being shown stands at the end. Debian has no MongoDB, Kafka and Elasticsearch: they stand on made configurations alone.',
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
    '| not shown failing | why |',
    '|---|---|',
    ...products.flatMap(([product]) => Object.entries(shownOf(product).why).map(([id, why]) => `| ${id} | ${why} |`)),
    '',
  ].join('\n')
}

if (process.argv[1] === import.meta.filename) process.stdout.write(middlewareTable())
