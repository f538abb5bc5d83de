import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseName, joinPath, normalisePath, parentPath } from './normalise.ts'

test.each([
  ['etc/passwd', 'etc/passwd'],
  ['./etc/passwd', 'etc/passwd'],
  ['/etc//passwd/', 'etc/passwd'],
  ['../../etc/passwd', 'etc/passwd'],
  ['a/../../../b', 'b'],
  ['//server/share', 'server/share'],
  ['C:\\Windows', 'C:\\Windows'],
  ['.', ''],
  ['/', ''],
  ['', ''],
  ['...', '...'],
  ['a/..b/c..', 'a/..b/c..'],
])('%j is %j inside the virtual root', (name, expected) => {
  expect(normalisePath(name)).toBe(expected)
})

test('names that no Linux file can have are refused', () => {
  expect(normalisePath('a\0b')).toBeUndefined()
  expect(normalisePath('a'.repeat(5000))).toBeUndefined()
  expect(normalisePath(`${'a/../'.repeat(2000)}b`)).toBeUndefined()
})

test('whatever the name, the path stays inside and is stable', () => {
  const part = fc.oneof(fc.constantFrom('', '.', '..', '/', '\\', '.wh.x'), fc.string({ maxLength: 6 }))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const path = normalisePath(parts.join('/'))
      if (path === undefined) return
      expect(path.startsWith('/')).toBe(false)
      for (const one of path === '' ? [] : path.split('/')) expect(['', '.', '..']).not.toContain(one)
      expect(normalisePath(path)).toBe(path)
      expect(joinPath(parentPath(path), baseName(path))).toBe(path)
    }),
  )
})
