import { describe, expect, it } from 'vitest'
import { type EvaluateOptions, evaluate } from './evaluate.ts'
import { documents, pod, results, verdicts } from './testing/judge.ts'

const policy = (expression: string) => `
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: p }
spec:
  matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods] }] }
  validations: [{ expression: ${JSON.stringify(expression)} }]
---
`
const values = (rest: string) => `apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\n${rest}\n---\n`

describe('circumstances of a trial', () => {
  it('are no resources, and give namespaces their labels', () => {
    const text = values('namespaceSelector: [{ name: shop, labels: { team: a } }]') + pod('a', ', namespace: shop')
    const asked = policy("namespaceObject.metadata.labels['team'] == 'a'")
    expect(verdicts(asked, text)).toEqual(['Pod/shop/a pass'])
    expect(verdicts(asked, text.replace('kind: Values', 'kind: Value'))).toEqual(['Pod/shop/a pass'])
  })

  it('give the operation, of all or of one', () => {
    const deleted = policy("request.operation == 'DELETE' && object == null && oldObject.metadata.name == 'a'")
    expect(verdicts(deleted, values('globalValues: { request.operation: DELETE }') + pod('a'))).toEqual([
      'Pod/default/a pass',
    ])
    const one = values('policies: [{ name: p, resources: [{ name: a, values: { request.operation: UPDATE } }] }]')
    expect(verdicts(policy("request.operation == 'UPDATE' && oldObject != null"), one + pod('a') + pod('b'))).toEqual([
      'Pod/default/a pass',
      'Pod/default/b fail',
    ])
  })

  it('give the operation in the results of a test', () => {
    const test = `apiVersion: cli.kyverno.io/v1alpha1
kind: Test
results:
  - { policy: p, resources: [shop/a], operation: CONNECT, result: fail }
  - { policy: p, resource: b, resourceOperation: DELETE, result: pass }
---
`
    const asked = policy("request.operation == (request.name == 'a' ? 'CONNECT' : 'DELETE')")
    expect(verdicts(asked, test + pod('a', ', namespace: shop') + pod('b') + pod('c'))).toEqual([
      'Pod/shop/a pass',
      'Pod/default/b pass',
      'Pod/default/c fail',
    ])
  })

  it('say who asks, and what the cluster holds', () => {
    const user =
      'apiVersion: cli.kyverno.io/v1alpha1\nkind: UserInfo\nuserInfo: { username: ann, groups: [dev] }\n---\n'
    expect(verdicts(policy("request.userInfo.username == 'ann'"), user + pod('a'))).toEqual(['Pod/default/a pass'])
    const context =
      'apiVersion: cli.kyverno.io/v1alpha1\nkind: Context\nspec: { resources: [{ apiVersion: v1, kind: ConfigMap, metadata: { name: m, namespace: n }, data: { k: v } }] }\n---\n'
    expect(
      results(policy("resource.Get('v1', 'configmaps', 'n', 'm').data.k == 'v'"), context + pod('a'))[0]?.verdict,
    ).toBe('pass')
  })
  it('say what a registry knows of images', () => {
    const context =
      'apiVersion: cli.kyverno.io/v1alpha1\nkind: Context\nspec: { images: [{ image: nginx, config: { Volumes: [{ name: v }] } }] }\n---\n'
    const policyText = policy(
      'object.spec.containers.all(c, size(image.GetMetadata(c.image).config.?Volumes.orValue([])) == 0)',
    )
    expect(verdicts(policyText, context + pod('a'))).toEqual(['Pod/default/a fail'])
    expect(results(policyText, pod('a'))[0]).toMatchObject({
      verdict: 'error',
      message: expect.stringMatching(/what a registry says of nginx is not among the files/),
    })
  })
})

describe('circumstances that the caller gives', () => {
  const resources = documents(pod('a', ', labels: {v: new}'))
  const judged = (expression: string, options: Partial<EvaluateOptions>) =>
    evaluate(documents(policy(expression)), resources, { nowMs: () => 0, ...options })[0]?.verdict

  it('are the operation, the objects before it, and who asks', () => {
    const before = documents(pod('a', ', labels: {v: old}'))
    const changed = "request.operation == 'UPDATE' && object.metadata.labels.v != oldObject.metadata.labels.v"
    expect(judged(changed, { operation: 'UPDATE', before })).toBe('pass')
    expect(judged(changed, { operation: 'UPDATE' })).toBe('fail')
    expect(judged('object == null && oldObject.metadata.labels.v == "new"', { operation: 'DELETE' })).toBe('pass')
    expect(judged('oldObject == null', { operation: 'CONNECT' })).toBe('pass')
    const userInfo = { username: 'ann', groups: ['dev'] }
    expect(judged("request.userInfo.username == 'ann' && 'dev' in request.userInfo.groups", { userInfo })).toBe('pass')
  })
})
