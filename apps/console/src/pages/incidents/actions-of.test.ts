import type { ProcessRef, ResponseAction } from '@yagura/schema'
import { expect, test } from 'vitest'
import { answerOf, canUndo, containerName, processesOf } from './actions-of.ts'

const process = (pid: number): ProcessRef => ({ pid, startNs: '5', exe: '/bin/sh', args: [], containerId: 'c1' })
const action = (more: Partial<ResponseAction>) =>
  ({ state: 'dry-run', doneAt: null, reversible: true, ...more }) as ResponseAction

test('a preview is answered when the agent has said something, not when the server has written it down', () => {
  expect(answerOf(undefined)).toBe('waiting')
  expect(answerOf(action({}))).toBe('waiting')
  expect(answerOf(action({ doneAt: '2026-11-23T12:00:00.000Z' }))).toBe('would')
  expect(answerOf(action({ state: 'refused' }))).toBe('would-not')
})

test('what is in force and reversible can be undone', () => {
  expect(canUndo(action({ state: 'done' }))).toBe(true)
  expect(canUndo(action({ state: 'done', reversible: false }))).toBe(false)
  expect(canUndo(action({ state: 'undone' }))).toBe(false)
})

test('each process is offered once, the latest first', () => {
  const steps = [process(1), process(2), process(1), null].map((one) => ({ process: one })) as never
  expect(processesOf({ steps, root: process(9) }).map(({ pid }) => pid)).toEqual([1, 2, 9])
})

test('a container is called by its name, or by the start of its id', () => {
  const id = 'ab'.repeat(32)
  const key = `container:m1/containerd/${id}`
  expect(containerName({ assets: [{ id: '01J00000000000000000000000', key, name: 'web' }] }, id)).toBe('web')
  expect(containerName({ assets: [{ id: null, key, name: key }] }, id)).toBe('abababababab')
})
