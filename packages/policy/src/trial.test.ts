import { describe, expect, it } from 'vitest'
import { pod, results, verdicts } from './testing/judge.ts'

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
    expect(verdicts(policy("namespaceObject.metadata.labels['team'] == 'a'"), text)).toEqual(['Pod/shop/a pass'])
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
})
