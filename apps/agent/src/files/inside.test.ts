import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readFileInside, resolveInside } from './inside.ts'

const root = mkdtempSync('/tmp/yg-agent-inside-')
afterAll(() => rmSync(root, { recursive: true, force: true }))

mkdirSync(join(root, 'run/docker'), { recursive: true })
mkdirSync(join(root, 'var'))
writeFileSync(join(root, 'run/docker/file'), 'inside')
symlinkSync('/run', join(root, 'var/run'))
symlinkSync('/etc/hostname', join(root, 'host'))
symlinkSync('../../../../../../etc/passwd', join(root, 'climb'))
symlinkSync('b', join(root, 'a'))
symlinkSync('a', join(root, 'b'))

describe('resolveInside', () => {
  it('follows absolute links inside the root', () => {
    expect(resolveInside(root, '/var/run/docker/file')).toEqual({ path: join(root, 'run/docker/file') })
    expect(readFileInside(root, '/var/run/docker/file', 100)).toBe('inside')
  })

  it.each(['/host', '/climb', '/../../etc/passwd', '/missing', '/a'])('names nothing outside for %s', (path) => {
    expect(resolveInside(root, path)).toHaveProperty('error')
    expect(readFileInside(root, path, 100)).toBeUndefined()
  })

  it('tells a loop from a missing file', () => {
    expect(resolveInside(root, '/a')).toMatchObject({ error: { code: 'ELOOP' } })
    expect(resolveInside(root, '/missing')).toMatchObject({ error: { code: 'ENOENT' } })
  })

  it('does not read directories or more than allowed', () => {
    expect(readFileInside(root, '/run', 100)).toBeUndefined()
    expect(readFileInside(root, '/run/docker/file', 3)).toBeUndefined()
  })
})
