import type { PortFact } from '@yagura/schema'
import { expect, test } from 'vitest'
import { createListeningBook } from './listening-book.ts'

function rig() {
  const state = { ms: 0, reads: [] as number[] }
  const port: PortFact = { protocol: 'tcp', containerPort: 80, hostPort: null, hostAddress: null }
  const book = createListeningBook({
    monotonicMs: () => state.ms,
    read(pid) {
      state.reads.push(pid)
      return [{ ...port, containerPort: state.reads.length }]
    },
  })
  /** One listing of containers c1, c2, … with these processes; which were read. */
  function list(atMs: number, pids: readonly number[]): number[] {
    state.ms = atMs
    state.reads = []
    book.begin()
    for (const [index, pid] of pids.entries()) book.portsOf(`c${index + 1}`, pid)
    return state.reads
  }
  return { book, list }
}

test('a container is read when it is new, when it has settled, and then every few minutes', () => {
  const { list } = rig()
  const reads = Array.from({ length: 100 }, (_, round) => list(round * 10_000, [7]))
  expect(reads.flatMap((pids, round) => (pids.length > 0 ? [round] : []))).toEqual([0, 2, 32, 62, 92])
})

test('what began to listen is read in the next listing, and so is a container with another process', () => {
  const { book, list } = rig()
  list(0, [7, 8])
  book.noteListen('c2')
  book.noteListen('unheard of')
  expect(list(10_000, [7, 8])).toEqual([8])
  expect(list(11_000, [9, 8])).toEqual([9])
})

test('many containers are read in turn, a few in a listing, and none is forgotten', () => {
  const { list } = rig()
  const pids = Array.from({ length: 50 }, (_, index) => index + 1)
  expect(list(0, pids)).toHaveLength(50)
  const rounds = Array.from({ length: 25 }, (_, round) => list(20_000 + round * 10_000, pids))
  expect(rounds.map((reads) => reads.length)).toEqual(rounds.map(() => 2))
  expect(new Set(rounds.flat()).size).toBe(50)
})

test('a container that is gone is read anew when it comes again', () => {
  const { list } = rig()
  list(0, [7])
  list(10_000, [])
  list(20_000, [])
  expect(list(30_000, [7])).toEqual([7])
})
