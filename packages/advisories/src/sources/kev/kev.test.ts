import { expect, it } from 'vitest'
import { readFeed } from '../testing.ts'
import { feed } from './index.ts'

const PATH = 'kev/known_exploited_vulnerabilities.json'

const entry = {
  cveID: 'CVE-2021-44228',
  vendorProject: 'Apache',
  product: 'Log4j2',
  vulnerabilityName: 'Apache Log4j2 Remote Code Execution Vulnerability',
  dateAdded: '2021-12-10',
  dueDate: '2021-12-24',
  requiredAction: 'Apply updates.',
  knownRansomwareCampaignUse: 'Known',
}

it('keeps what the catalogue says of an exploited vulnerability', async () => {
  const outcome = await readFeed(feed, { [PATH]: { dateReleased: '2022-01-01T00:00:00Z', vulnerabilities: [entry] } })
  expect(outcome.report).toEqual({ records: 1, rejected: 0, newestAt: '2022-01-01T00:00:00.000Z' })
  expect(outcome.records).toEqual({
    'kev CVE-2021-44228': {
      addedOn: '2021-12-10',
      dueOn: '2021-12-24',
      vendor: 'Apache',
      product: 'Log4j2',
      name: 'Apache Log4j2 Remote Code Execution Vulnerability',
      requiredAction: 'Apply updates.',
      isUsedByRansomware: true,
    },
  })
})

it('leaves out an entry that cannot be read, and says why', async () => {
  const bad = [{ ...entry, cveID: 'CVE-x' }, { ...entry, dateAdded: 'yesterday' }, 7]
  const outcome = await readFeed(feed, { [PATH]: { vulnerabilities: [entry, ...bad] } })
  expect(outcome.report).toMatchObject({ records: 1, rejected: 3, newestAt: '2021-12-10T00:00:00.000Z' })
  expect(outcome.reasons[0]).toBe(`Entry 1 of ${PATH} is not a known exploited vulnerability: cveID: not a CVE.`)
})

it('refuses a catalogue in which nothing can be read', async () => {
  await expect(readFeed(feed, { [PATH]: { vulnerabilities: [1] } })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
