// Checking leaves no trace in a container: no file is made, changed or removed.
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@yagura/kernel'
import { expect, test } from 'vitest'
import { checkMiddleware } from './check.ts'
import { databases } from './testing/databases.ts'
import { makeInstance } from './testing/fixture.ts'
import { loadContent } from './testing/recorded.ts'
import { servers } from './testing/servers.ts'

const { checks } = loadContent()

function everything(root: string): string[] {
  return ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })].sort().map((path) => {
    const { mode, uid, size, mtimeNs, ctimeNs } = lstatSync(join(root, path), { bigint: true })
    return [path, mode, uid, size, mtimeNs, ctimeNs].join(' ')
  })
}

test.each([...databases, ...servers].map((made) => [`${made.product} ${made.name} ${made.kind}`, made] as const))(
  '%s',
  async (_, made) => {
    const instance = makeInstance(made)
    const { root } = instance.process
    const before = everything(root)
    await checkMiddleware(instance, { checks, clock: systemClock })
    expect(everything(root)).toEqual(before)
    rmSync(root, { recursive: true })
  },
)
