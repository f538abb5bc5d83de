import { describe, expect, it } from 'vitest'
import { pod, results, verdicts } from './testing/judge.ts'

const template = `
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: { name: neededlabels }
spec:
  crd: { spec: { names: { kind: NeededLabels } } }
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: K8sNativeValidation
          source:
            variables:
              - name: labels
                expression: 'has(variables.anyObject.metadata.labels) ? variables.anyObject.metadata.labels : {}'
              - name: missing
                expression: 'variables.params.labels.filter(entry, !(entry.key in variables.labels))'
            validations:
              - expression: 'size(variables.missing) == 0'
                messageExpression: '"missing " + variables.missing.map(entry, entry.key).join(", ")'
              - expression: 'variables.params.labels.all(entry, !has(entry.allowedRegex) || !(entry.key in variables.labels) || string(variables.labels[entry.key]).matches(string(entry.allowedRegex)))'
                message: another shape is wanted
---
`
const constraint = (match: string, parameters = '{labels: [{key: owner, allowedRegex: "^[a-z]+$"}]}') => `
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeededLabels
metadata: { name: owners }
spec: { enforcementAction: warn, match: ${match}, parameters: ${parameters} }
---
`
const owned = pod('a', ', namespace: shop, labels: {owner: ann}')
const wrong = pod('b', ', namespace: shop, labels: {owner: A1}')

describe('constraints', () => {
  it('judge by the template with their parameters', () => {
    const policies = template + constraint('{kinds: [{apiGroups: [""], kinds: [Pod]}]}')
    expect(results(policies, owned + wrong + pod('c'))).toMatchObject([
      { policy: 'owners', verdict: 'pass', actions: ['warn'] },
      { verdict: 'fail', message: 'another shape is wanted' },
      { verdict: 'fail', message: 'missing owner' },
    ])
  })

  it.each([
    ['{}', 'fail'],
    ['{kinds: [{apiGroups: ["*"], kinds: ["*"]}]}', 'fail'],
    ['{kinds: [{apiGroups: [apps], kinds: [Deployment]}]}', 'not-applicable'],
    ['{namespaces: ["sh*"]}', 'fail'],
    ['{namespaces: [other]}', 'not-applicable'],
    ['{excludedNamespaces: ["*op"]}', 'not-applicable'],
    ['{scope: Cluster}', 'not-applicable'],
    ['{name: "b*"}', 'fail'],
    ['{name: "x*"}', 'not-applicable'],
    ['{labelSelector: {matchExpressions: [{key: owner, operator: DoesNotExist}]}}', 'not-applicable'],
    ['{namespaceSelector: {matchLabels: {team: a}}}', 'not-applicable'],
  ])('match %s', (match, verdict) => {
    expect(verdicts(template + constraint(match), wrong)).toEqual([`Pod/shop/b ${verdict}`])
  })

  it('ask the old object of what is deleted', () => {
    const review = `
apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  operation: DELETE
  object: null
  oldObject: { apiVersion: v1, kind: Pod, metadata: { name: a, namespace: shop, labels: { owner: ann } } }
`
    expect(verdicts(template + constraint('{}'), review)).toEqual(['Pod/shop/a pass'])
  })

  it('have the defaults of the schema', () => {
    const schema = `
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: { name: neededlabels }
spec:
  crd:
    spec:
      names: { kind: NeededLabels }
      validation:
        openAPIV3Schema:
          type: object
          properties:
            strict: { type: boolean, default: true }
            rules: { type: array, items: { type: object, properties: { prefix: { type: string, default: ngi } } } }
            deep: { type: object, properties: { level: { type: integer, default: 3 } } }
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: K8sNativeValidation
          source:
            validations:
              - expression: 'variables.params.strict'
              - expression: 'variables.params.rules.all(r, object.spec.containers.all(c, c.image.startsWith(r.prefix)))'
              - expression: '!has(variables.params.deep) || variables.params.deep.level == 3'
---
`
    expect(verdicts(schema + constraint('{}', '{rules: [{}]}'), owned)).toEqual(['Pod/shop/a pass'])
    expect(verdicts(schema + constraint('{}', '{rules: [], deep: {}}'), owned)).toEqual(['Pod/shop/a pass'])
    expect(verdicts(schema + constraint('{}', '{rules: [], strict: false}'), owned)).toEqual(['Pod/shop/a fail'])
    expect(verdicts(schema + constraint('{}', '{rules: [{prefix: x}]}'), owned)).toEqual(['Pod/shop/a fail'])
  })

  it('say what is missing', () => {
    expect(results(constraint('{}'), owned)[0]).toMatchObject({
      verdict: 'error',
      message: 'the template of NeededLabels is not among the files',
    })
    const rego = template.replace('K8sNativeValidation', 'Rego')
    expect(results(rego + constraint('{}'), owned)[0]).toMatchObject({
      verdict: 'not-applicable',
      message: 'its template is written in Rego, not in CEL',
    })
    expect(results(template + constraint('{}', '{}'), owned)[0]).toMatchObject({ verdict: 'fail' })
  })
})
