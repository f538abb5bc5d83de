import { describe, expect, it } from 'vitest'
import { readAuditLine } from './audit-line.ts'

const LINE = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: 'a-1',
  stage: 'ResponseComplete',
  verb: 'list',
  user: {
    username: 'system:serviceaccount:shop:web',
    groups: ['system:serviceaccounts'],
    extra: { 'authentication.kubernetes.io/pod-uid': ['uid-1'] },
  },
  sourceIPs: ['10.1.2.3'],
  userAgent: 'curl/8',
  objectRef: { resource: 'secrets', namespace: 'shop' },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-01-02T03:04:05.000000Z',
  stageTimestamp: '2026-01-02T03:04:05.100000Z',
}

describe('a line of the audit log', () => {
  it('is read with the pod of the service account', () => {
    expect(readAuditLine(LINE)).toMatchObject({
      auditId: 'a-1',
      atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 100),
      verb: 'list',
      resource: 'secrets',
      namespace: 'shop',
      name: null,
      podUid: 'uid-1',
      responseCode: 200,
    })
  })

  it('of a session counts when it begins, or is refused', () => {
    const session = {
      ...LINE,
      verb: 'create',
      objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web-1' },
    }
    expect(readAuditLine({ ...session, stage: 'ResponseStarted', responseStatus: { code: 101 } })?.resource).toBe(
      'pods/exec',
    )
    expect(readAuditLine({ ...session, responseStatus: { code: 101 } })).toBeUndefined()
    expect(readAuditLine({ ...session, responseStatus: { code: 403 } })?.responseCode).toBe(403)
    expect(readAuditLine({ ...LINE, stage: 'ResponseStarted' })).toBeUndefined()
  })

  it('of anything else is nothing', () => {
    for (const one of [
      null,
      1,
      'x',
      [],
      {},
      { ...LINE, stage: 'RequestReceived' },
      { ...LINE, stageTimestamp: 'x', requestReceivedTimestamp: 1 },
    ]) {
      expect(readAuditLine(one)).toBeUndefined()
    }
  })
})
