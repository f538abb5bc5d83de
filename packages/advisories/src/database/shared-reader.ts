// A process of its own for shared.test.ts: opens the database again and again, and reads records of all its blocks.
import { openAdvisoryDatabase } from './open.ts'

const LAST = 1_000_000
const path = process.argv[2] ?? ''
const seen = new Set<number>()
let openings = 0
let newest = 0

while (newest < LAST) {
  const opened = openAdvisoryDatabase(path)
  if (!opened.ok) throw opened.error
  openings++
  const builtAtMs = Date.parse(opened.value.info.builtAt)
  if (builtAtMs < newest) throw new Error(`Generation ${builtAtMs} came after ${newest}.`)
  for (let i = 0; i < 3000; i += 97) {
    const generation = opened.value.epss(`CVE-2020-${1000 + i}`)?.score01
    if (generation !== builtAtMs) throw new Error(`A record of generation ${generation} in ${builtAtMs}.`)
  }
  opened.value.close()
  newest = builtAtMs
  seen.add(newest)
}
process.stdout.write(`${openings} openings, ${seen.size} generations\n`)
