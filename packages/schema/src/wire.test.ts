import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batch, decodeEnrolmentToken, encodeEnrolmentToken } from './wire.ts'

const token = { url: 'https://127.0.0.1:7441', caFingerprint: 'ab'.repeat(32), secret: 's'.repeat(43) }

test('an enrolment token reads back to itself', () => {
  expect(decodeEnrolmentToken(encodeEnrolmentToken(token))).toEqual(token)
})

test('text that is not a token is refused without throwing', () => {
  expect(decodeEnrolmentToken('')).toBeUndefined()
  expect(decodeEnrolmentToken('yge1.!!!!')).toBeUndefined()
  expect(decodeEnrolmentToken(encodeEnrolmentToken({ ...token, caFingerprint: 'short' }))).toBeUndefined()
  fc.assert(fc.property(fc.string(), (text) => decodeEnrolmentToken(`yge1.${text}`) === undefined))
})

test('a batch with an unknown item is refused whole', () => {
  const made = {
    wireVersion: 1,
    agentId: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
    boot: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
    seq: 1,
    madeAt: '2026-01-01T00:00:00Z',
    priority: 'high',
  }
  expect(batch.safeParse({ ...made, items: [] }).success).toBe(true)
  expect(batch.safeParse({ ...made, items: [{ item: 'surprise' }] }).success).toBe(false)
  expect(batch.safeParse({ ...made, seq: 0, items: [] }).success).toBe(false)
})
