import type { StoredEvent } from '@yagura/schema'
import { expect, test } from 'vitest'
import { addEvents, emptyBuffer, MOST_ROWS, showWaiting } from './event-buffer.ts'

const event = (id: number) => ({ id: String(id), agentId: 'a', type: 'exec' }) as StoredEvent
const ids = (events: readonly StoredEvent[]) => events.map((row) => Number(row.id))

test('events go on screen newest first, once', () => {
  let buffer = addEvents(emptyBuffer, [event(2), event(1)], false)
  buffer = addEvents(buffer, [event(3), event(2)], false)
  expect(ids(buffer.shown)).toEqual([3, 2, 1])
})

test('while held, the screen does not move and what arrived is counted', () => {
  let buffer = addEvents(emptyBuffer, [event(1)], false)
  buffer = addEvents(buffer, [event(3), event(2)], true)
  expect(ids(buffer.shown)).toEqual([1])
  expect(buffer.waiting).toHaveLength(2)
  expect(ids(showWaiting(buffer).shown)).toEqual([3, 2, 1])
  expect(ids(addEvents(buffer, [event(4)], false).shown)).toEqual([4, 3, 2, 1])
})

test('memory is bounded however long the page stays open', () => {
  let buffer = emptyBuffer
  for (let i = 0; i < 60; i += 1)
    buffer = addEvents(
      buffer,
      Array.from({ length: 100 }, (_, n) => event(i * 100 + n)),
      i % 2 === 0,
    )
  expect(buffer.shown.length).toBeLessThanOrEqual(MOST_ROWS)
  expect(buffer.waiting.length).toBeLessThanOrEqual(MOST_ROWS)
})
