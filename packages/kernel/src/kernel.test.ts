import { Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createLogger,
  dataPaths,
  err,
  escapeForTerminal,
  isUlid,
  newId,
  ok,
  toYaguraError,
  unwrap,
  YaguraError,
} from './index.ts'

test('state lives in YAGURA_DATA_DIR, else the usual place of the platform', () => {
  expect(dataPaths({ YAGURA_DATA_DIR: '/x' }, 0).server.adminSocket).toBe('/x/server/run/admin.sock')
  expect(dataPaths({}, 0).root).toBe('/var/lib/yagura')
  expect(dataPaths({ HOME: '/home/a' }, 1000).root).toBe('/home/a/.local/share/yagura')
  expect(dataPaths({ HOME: '/home/a', XDG_DATA_HOME: '/d' }, 1000).root).toBe('/d/yagura')
})

test('ids sort in the order they were made', () => {
  const ids = Array.from({ length: 1000 }, () => newId())
  expect(ids.toSorted()).toEqual(ids)
  expect(ids.every(isUlid)).toBe(true)
  expect(isUlid('not one')).toBe(false)
})

test('names of strangers cannot act on a terminal', () => {
  expect(escapeForTerminal('a\u001b[31m\u202eb\n')).toBe('a\\x1b[31m\\u202eb\\x0a')
  const acts = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !acts.test(escapeForTerminal(text))))
})

test('secrets do not reach the log', () => {
  let text = ''
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk)
      done()
    },
  })
  createLogger('test', { destination }).info(
    { token: 'S1', request: { headers: { authorization: 'S2' }, password: 'S3' } },
    'hello',
  )
  expect(text).toContain('hello')
  expect(text).not.toMatch(/S[123]/)
})

test('unknown failures become INTERNAL and keep their cause', () => {
  const cause = new TypeError('x')
  expect(toYaguraError(cause)).toMatchObject({ code: 'INTERNAL', cause })
  const known = new YaguraError('USAGE', 'Say what to scan.')
  expect(toYaguraError(known)).toBe(known)
  expect(unwrap(ok(1))).toBe(1)
  expect(() => unwrap(err(known))).toThrow(known)
})
