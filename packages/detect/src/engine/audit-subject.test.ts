import type { AuditEvent } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { isTelling, subjectOf } from './audit-subject.ts'

function request(verb: string, resource: string, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    auditId: 'a',
    atMs: 1,
    stage: 'ResponseComplete',
    verb,
    user: 'alice',
    groups: [],
    sourceAddresses: [],
    userAgent: 'kubectl',
    resource,
    namespace: 'shop',
    name: 'web-1',
    responseCode: 200,
    podUid: null,
    requestObject: null,
    ...more,
  }
}

describe('whom a request is about', () => {
  it('a session is about its pod, whoever asked', () => {
    expect(subjectOf(request('create', 'pods/exec'))).toEqual({ namespace: 'shop', name: 'web-1' })
    expect(subjectOf(request('create', 'pods/exec', { podUid: 'u' }))).toEqual({ namespace: 'shop', name: 'web-1' })
  })
  it('what a service account asks is about the pod that has it', () => {
    expect(subjectOf(request('list', 'secrets', { podUid: 'u' }))).toEqual({ uid: 'u' })
  })
  it('anything else is about no pod', () => {
    expect(subjectOf(request('create', 'pods'))).toBeNull()
    expect(subjectOf(request('create', 'pods/exec', { name: null }))).toBeNull()
  })
})

describe('which requests are worth a look', () => {
  it.each([
    ['a session', request('create', 'pods/exec', { user: 'system:kube-scheduler' })],
    ['what changes something', request('create', 'clusterrolebindings')],
    ['secrets read', request('list', 'secrets')],
    ['a node asked past the API server', request('get', 'nodes/proxy')],
    ['what was refused', request('list', 'pods', { responseCode: 403 })],
    ['a request without a name', request('list', 'pods', { user: 'system:anonymous' })],
    ['what a pod reads', request('list', 'pods', { podUid: 'u' })],
    ['events deleted', request('deletecollection', 'events')],
    [
      'an account of a workload in kube-system',
      request('create', 'pods', { user: 'system:serviceaccount:kube-system:backup' }),
    ],
  ])('%s is', (_, event) => expect(isTelling(event)).toBe(true))

  it.each([
    ['people reading pods', request('list', 'pods')],
    ['nodes writing their state', request('patch', 'nodes/status', { user: 'system:node:a' })],
    ['the scheduler', request('create', 'pods/binding', { user: 'system:kube-scheduler' })],
    ['controllers', request('create', 'pods', { user: 'system:serviceaccount:kube-system:replicaset-controller' })],
    ['leases', request('update', 'leases', { podUid: 'u' })],
    ['events written', request('create', 'events')],
  ])('%s is not', (_, event) => expect(isTelling(event)).toBe(false))
})
