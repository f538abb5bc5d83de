import { expect, test } from 'vitest'
import { whiteoutOf } from './whiteout.ts'

test.each([
  ['etc/passwd', undefined],
  ['etc/.wh.passwd', { kind: 'whiteout', path: 'etc/passwd' }],
  ['.wh.etc', { kind: 'whiteout', path: 'etc' }],
  ['etc/.wh..wh..opq', { kind: 'opaque', path: 'etc' }],
  ['.wh..wh..opq', { kind: 'opaque', path: '' }],
  ['etc/.wh.', { kind: 'ignored' }],
  ['etc/.wh..', { kind: 'ignored' }],
  ['etc/.wh...', { kind: 'ignored' }],
  ['etc/.wh....', { kind: 'whiteout', path: 'etc/...' }],
  ['.wh..wh.aufs', { kind: 'ignored' }],
  ['.wh..wh.plnk/12.34', undefined],
])('%s', (path, expected) => {
  expect(whiteoutOf(path)).toEqual(expected)
})
