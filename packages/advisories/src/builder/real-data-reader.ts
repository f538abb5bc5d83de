// A process of its own for real-data.test.ts, with a heap that is too small for the database: matches as a scan of many images would.
import { judge } from '@yagura/versions'
import { openAdvisoryDatabase } from '../database/open.ts'

const [path = '', keys = '[]'] = process.argv.slice(2)
const opened = openAdvisoryDatabase(path)
if (!opened.ok) throw opened.error
const database = opened.value
let found = 0
for (let round = 0; round < 3; round++)
  for (const [ecosystem, name] of JSON.parse(keys) as [string, string][])
    for (const advisory of database.lookup(ecosystem, name)) {
      if (judge(advisory, '1.0.0', 'semver').kind === 'not-affected') continue
      const { aliases, upstream } = advisory.detail()
      for (const cve of [...aliases, ...upstream]) {
        database.severityOf(cve)
        database.kev(cve)
        database.epss(cve)
        database.enrichment(cve)
      }
      found++
    }
database.close()
process.stdout.write(found > 0 ? 'done' : 'nothing')
