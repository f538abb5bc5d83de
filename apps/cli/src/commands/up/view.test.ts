import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Access, accessOf } from './reach.ts'
import { viewFor } from './view.ts'

// judged by the mode alone, as for a user who owns nothing here
const stranger: Access = (stats, bits) => accessOf({ uid: -1, gid: -1 })(stats, bits)

let dir = ''
let checkout = ''
let state = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yagura-view-'))
  chmodSync(dir, 0o755)
  checkout = join(dir, 'home/checkout')
  state = join(dir, 'home/data/server')
  for (const path of ['apps/server', 'packages', 'node_modules', '.git'])
    mkdirSync(join(checkout, path), { recursive: true })
  mkdirSync(state, { recursive: true })
  writeFileSync(join(checkout, 'package.json'), '{}')
  writeFileSync(join(checkout, 'apps/server/main.ts'), '')
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

function parts(...names: string[]): string[] {
  return names.map((name) => join(checkout, name))
}

describe('viewFor', () => {
  it('needs nothing where all may be read', () => {
    expect(viewFor(checkout, [state], stranger)).toBeUndefined()
  })

  it('puts checkout and state back below a closed home directory', () => {
    chmodSync(join(dir, 'home'), 0o700)
    expect(viewFor(checkout, [state], stranger)).toEqual({
      masks: [join(dir, 'home')],
      binds: [checkout, state],
      copies: [],
    })
  })

  it('puts the parts back into a checkout that is closed itself', () => {
    chmodSync(checkout, 0o700)
    expect(viewFor(checkout, [state], stranger)).toEqual({
      masks: [checkout],
      binds: parts('package.json', 'apps', 'packages', 'node_modules'),
      copies: [],
    })
  })

  it('copies sources that were made unreadable, never installed packages', () => {
    chmodSync(join(checkout, 'apps/server/main.ts'), 0o600)
    chmodSync(join(checkout, 'package.json'), 0o600)
    expect(viewFor(checkout, [state], stranger)).toEqual({
      masks: [checkout],
      binds: parts('packages', 'node_modules'),
      copies: parts('package.json', 'apps'),
    })
  })

  it('puts a state directory inside of the checkout back only once', () => {
    const inside = join(checkout, 'data/server')
    mkdirSync(inside, { recursive: true })
    chmodSync(join(dir, 'home'), 0o700)
    expect(viewFor(checkout, [inside], stranger)?.binds).toEqual([checkout])
  })

  it('opens a closed data directory inside of a checkout that is bound whole', () => {
    const inside = join(checkout, 'data/server')
    mkdirSync(inside, { recursive: true })
    chmodSync(join(checkout, 'data'), 0o700)
    expect(viewFor(checkout, [inside], stranger)).toEqual({
      masks: [join(checkout, 'data')],
      binds: [inside],
      copies: [],
    })
  })
})

describe('accessOf', () => {
  it('lets the first of owner, group and others decide', () => {
    const access = accessOf({ uid: 7, gid: 8 })
    expect(access({ uid: 7, gid: 8, mode: 0o077 }, 4)).toBe(false)
    expect(access({ uid: 1, gid: 8, mode: 0o707 }, 4)).toBe(false)
    expect(access({ uid: 1, gid: 1, mode: 0o004 }, 4)).toBe(true)
    expect(access({ uid: 1, gid: 1, mode: 0o004 }, 5)).toBe(false)
  })
})
