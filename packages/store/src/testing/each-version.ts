// Runs a suite on every PostgreSQL that is supported: one cluster a version, a fresh database where a test asks for one.
import { afterAll, beforeAll, describe } from 'vitest'
import { postgresVersions, startTestPostgres, type TestPostgres } from './postgres.ts'

export function describeOnEachPostgres(name: string, suite: (postgres: () => TestPostgres) => void): void {
  describe.each(postgresVersions())(`${name} on $name`, (version) => {
    let started: TestPostgres | undefined
    beforeAll(async () => {
      started = await startTestPostgres(version)
    }, 60_000)
    afterAll(() => started?.stop())
    suite(() => {
      if (!started) throw new Error('PostgreSQL did not start')
      return started
    })
  })
}
