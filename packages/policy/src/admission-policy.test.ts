import { describe, expect, it } from 'vitest'
import { pod, results, verdicts } from './testing/judge.ts'

function policy(spec: string, name = 'p', version = 'v1'): string {
  return `
apiVersion: admissionregistration.k8s.io/${version}
kind: ValidatingAdmissionPolicy
metadata: { name: ${name} }
spec:
  matchConstraints:
    resourceRules:
      - { apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods] }
${spec.replace(/^/gm, '  ')}
---
`
}

const noHostNetwork = policy(`
validations:
  - expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
    message: no host network
`)

describe('a policy by itself', () => {
  it.each(['v1', 'v1beta1', 'v1alpha1'])('is judged in %s', (version) => {
    const text = noHostNetwork.replace('k8s.io/v1', `k8s.io/${version}`)
    expect(verdicts(text, pod('a') + pod('b', '', 'hostNetwork: true'))).toEqual([
      'Pod/default/a pass',
      'Pod/default/b fail',
    ])
  })

  it('leaves aside what no rule is for, and says why', () => {
    const [result] = results(noHostNetwork, 'apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: x}')
    expect(result).toMatchObject({
      resource: 'Service/x/s',
      verdict: 'not-applicable',
      message: 'no rule is for CREATE of services',
    })
  })

  it('takes lists and several documents apart', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: true}}\n  - {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {}}`
    expect(verdicts(noHostNetwork, list)).toEqual(['Pod/default/a fail', 'Pod/default/b pass'])
    const pods = `apiVersion: v1\nkind: PodList\nitems:\n  - {metadata: {name: a}, spec: {hostNetwork: true}}`
    expect(verdicts(noHostNetwork, pods)).toEqual(['Pod/default/a fail'])
  })
})

describe('variables and messages', () => {
  const chained = policy(`
variables:
  - { name: containers, expression: "object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : [])" }
  - { name: images, expression: "variables.containers.map(c, c.image)" }
  - { name: broken, expression: "object.spec.nothing.more" }
validations:
  - expression: "variables.images.all(i, i.startsWith('registry.example/'))"
    messageExpression: "'not ours: ' + variables.images.filter(i, !i.startsWith('registry.example/')).join(', ')"
  - expression: "size(variables.containers) < 3 || variables.broken"
    message: too many
`)

  it('are made of each other and only where they are asked for', () => {
    const [result] = results(chained, pod('a'))
    expect(result).toMatchObject({ verdict: 'fail', message: 'not ours: nginx' })
  })

  it('a message that cannot be made gives way to the fixed one, or to the expression', () => {
    const fixed = policy(
      `validations:\n  - { expression: "1 > 2", message: fixed, messageExpression: "object.nothing" }`,
    )
    expect(results(fixed, pod('a'))[0]?.message).toBe('fixed')
    const none = policy(`validations:\n  - { expression: "1 >  2" }`)
    expect(results(none, pod('a'))[0]?.message).toBe('this must be true: 1 > 2')
  })

  it('all validations that fail are told, and audit annotations kept', () => {
    const two = policy(`
validations:
  - { expression: "1 > 2", message: one }
  - { expression: "2 > 3", message: two }
auditAnnotations:
  - { key: name, valueExpression: "'pod ' + object.metadata.name" }
  - { key: none, valueExpression: "null" }
`)
    expect(results(two, pod('a'))[0]).toMatchObject({ message: 'one; two', auditAnnotations: { name: 'pod a' } })
  })
})

describe('what cannot be evaluated', () => {
  it('an audit annotation that cannot be written denies too, where the policy fails closed', () => {
    const annotated = (value: string, failure = '') =>
      policy(
        `${failure}validations:\n  - { expression: "true" }\nauditAnnotations:\n  - { key: k, valueExpression: "${value}" }`,
      )
    expect(results(annotated('object.spec.nothing'), pod('a'))).toMatchObject([
      { verdict: 'fail', message: 'the audit annotation k could not be evaluated: no such key: nothing' },
    ])
    expect(results(annotated('object.spec.containers'), pod('a'))[0]?.verdict).toBe('fail')
    expect(results(annotated('object.spec.nothing', 'failurePolicy: Ignore\n'), pod('a'))[0]?.verdict).toBe('pass')
  })

  const missing = (failure: string) =>
    policy(`${failure}validations:\n  - { expression: "object.spec.nothing == 1", message: m }`)

  it('is a denial where the policy fails closed, and an error where it does not; never a pass', () => {
    expect(results(missing(''), pod('a'))[0]).toMatchObject({
      verdict: 'fail',
      message: 'object.spec.nothing == 1 could not be evaluated: no such key: nothing',
    })
    expect(verdicts(missing('failurePolicy: Ignore\n'), pod('a'))).toEqual(['Pod/default/a error'])
  })

  it.each([
    ['an expression that is none', '1 +', 'validation 1: The expression makes no sense at the end.'],
    ['an unknown function', 'object.nothing()', 'validation 1: There is no function nothing.'],
    ['no boolean', 'size(object.spec.containers)', /neither true nor false, but of type int/],
    ['a clash of types', "object.spec.replicas + 1 == 'a'", /validation 1: == is not for int and string/],
    ['a field that requests do not have', "request.oprations == 'CREATE'", /request has no field oprations/],
    ['a variable that is not declared', 'variables.nothing', /variables has no field nothing/],
    ['authorization', "authorizer.group('').resource('pods').check('get').allowed()", /is not to be had/],
    [
      'too much',
      'lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, true)))',
      /costs more than its limit/,
    ],
  ])('%s', (name, expression, message) => {
    const [result] = results(policy(`validations:\n  - { expression: ${JSON.stringify(expression)} }`), pod('a'))
    expect(result?.verdict, name).toBe('error')
    expect(result?.message).toMatch(message)
  })

  it('is a denial where a value of no type turns out to be no answer', () => {
    const [result] = results(policy('validations: [{ expression: "object.spec.containers[0].image" }]'), pod('a'))
    expect(result).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/neither true nor false/) })
  })

  it('variables see those before them, match conditions none', () => {
    const later = policy(`
variables: [{ name: a, expression: variables.b }, { name: b, expression: "1" }]
validations: [{ expression: variables.a == 1 }]
`)
    expect(results(later, pod('a'))[0]).toMatchObject({
      verdict: 'error',
      message: 'variable a: variables has no field b.',
    })
    const early = policy(`
matchConditions: [{ name: m, expression: variables.a }]
variables: [{ name: a, expression: "true" }]
validations: [{ expression: variables.a }]
`)
    expect(results(early, pod('a'))[0]).toMatchObject({
      verdict: 'error',
      message: 'match condition m: variables has no field a.',
    })
  })

  it('does not hide what another validation decides', () => {
    const both = policy(`
failurePolicy: Ignore
validations:
  - { expression: "object.spec.nothing == 1" }
  - { expression: "1 > 2", message: decided }
`)
    expect(results(both, pod('a'))[0]).toMatchObject({ verdict: 'fail', message: 'decided' })
  })
})

describe('match conditions', () => {
  const conditional = (conditions: string, failure = 'Fail') =>
    policy(`failurePolicy: ${failure}\nmatchConditions: ${conditions}\nvalidations:\n  - { expression: "false" }`)

  it('leave aside where one is false, even if another fails', () => {
    expect(
      verdicts(conditional(`[{name: a, expression: "object.nothing"}, {name: b, expression: "false"}]`), pod('a')),
    ).toEqual(['Pod/default/a not-applicable'])
    expect(
      verdicts(conditional(`[{name: a, expression: "object.metadata.name == 'a'"}]`), pod('a') + pod('b')),
    ).toEqual(['Pod/default/a fail', 'Pod/default/b not-applicable'])
  })

  it('that fail deny, or leave aside where the policy ignores failures', () => {
    expect(verdicts(conditional(`[{name: a, expression: "object.nothing"}]`), pod('a'))).toEqual(['Pod/default/a fail'])
    expect(verdicts(conditional(`[{name: a, expression: "object.nothing"}]`, 'Ignore'), pod('a'))).toEqual([
      'Pod/default/a not-applicable',
    ])
  })
})

describe('match constraints', () => {
  function constrained(constraints: string): string {
    return `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: p }
spec:
  matchConstraints: ${constraints}
  validations: [{ expression: "false" }]
---
`
  }
  const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n---\n'
  const old = 'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: o}\n---\n'
  const ns = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n---\n'
  const rule = (text: string) => `{resourceRules: [${text}]}`
  const pods = "{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods]}"

  it.each([
    [rule("{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}"), 'fail'],
    [rule('{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}'), 'fail'],
    [rule('{apiGroups: [apps], apiVersions: [v1beta1], operations: [CREATE], resources: [deployments]}'), 'fail'],
    [
      `{matchPolicy: Exact, resourceRules: [{apiGroups: [apps], apiVersions: [v1beta1], operations: [CREATE], resources: [deployments]}]}`,
      'not-applicable',
    ],
    [rule('{apiGroups: [apps], apiVersions: [v1], operations: [DELETE], resources: [deployments]}'), 'not-applicable'],
    [
      rule("{apiGroups: [apps], apiVersions: [v1], operations: ['*'], resources: [deployments/scale]}"),
      'not-applicable',
    ],
    [rule("{apiGroups: [apps], apiVersions: [v1], operations: ['*'], resources: ['*/*']}"), 'fail'],
    [
      rule("{apiGroups: [apps], apiVersions: [v1], operations: ['*'], resources: [deployments], resourceNames: [x]}"),
      'not-applicable',
    ],
    [
      rule("{apiGroups: [apps], apiVersions: [v1], operations: ['*'], resources: [deployments], scope: Cluster}"),
      'not-applicable',
    ],
  ])('%s', (constraints, verdict) => {
    expect(verdicts(constrained(constraints), deployment)).toEqual([`Deployment/default/d ${verdict}`])
  })

  it('find the same objects of other groups unless they ask for exactly theirs', () => {
    const apps = "resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: ['*'], resources: [deployments]}]"
    expect(verdicts(constrained(`{${apps}}`), old)).toEqual(['Deployment/default/o fail'])
    expect(verdicts(constrained(`{matchPolicy: Exact, ${apps}}`), old)).toEqual(['Deployment/default/o not-applicable'])
  })

  it('select by labels of the namespace and of the object', () => {
    const inShop = pod('a', ', namespace: shop') + pod('b', ', namespace: other, labels: {tier: web}')
    const selected = `{namespaceSelector: {matchLabels: {team: a}}, resourceRules: [${pods}]}`
    expect(verdicts(constrained(selected), ns + inShop)).toEqual([
      'Namespace/shop not-applicable',
      'Pod/shop/a fail',
      'Pod/other/b not-applicable',
    ])
    const byName = `{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}, resourceRules: [${pods}]}`
    expect(verdicts(constrained(byName), inShop)).toEqual(['Pod/shop/a not-applicable', 'Pod/other/b fail'])
    const byLabel = `{objectSelector: {matchExpressions: [{key: tier, operator: Exists}]}, resourceRules: [${pods}]}`
    expect(verdicts(constrained(byLabel), inShop)).toEqual(['Pod/shop/a not-applicable', 'Pod/other/b fail'])
  })

  it('exclude', () => {
    const excluded = `{resourceRules: [${pods}], excludeResourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods], resourceNames: [a]}]}`
    expect(verdicts(constrained(excluded), pod('a') + pod('b'))).toEqual([
      'Pod/default/a not-applicable',
      'Pod/default/b fail',
    ])
  })

  it('know plurals, and those of custom kinds from their definition', () => {
    const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\nspec: {group: ex.io, scope: Cluster, names: {kind: Ox, plural: oxen}}\n---\n`
    const ox = 'apiVersion: ex.io/v1\nkind: Ox\nmetadata: {name: o}\n---\n'
    const rules = rule("{apiGroups: [ex.io], apiVersions: [v1], operations: ['*'], resources: [oxen], scope: Cluster}")
    expect(verdicts(constrained(rules), crd + ox)).toContain('Ox/o fail')
    const np = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n}\n'
    expect(
      verdicts(
        constrained(
          rule("{apiGroups: [networking.k8s.io], apiVersions: [v1], operations: ['*'], resources: [networkpolicies]}"),
        ),
        np,
      ),
    ).toEqual(['NetworkPolicy/default/n fail'])
  })
})

describe('bindings and parameters', () => {
  const limited = policy(`
paramKind: { apiVersion: v1, kind: ConfigMap }
validations:
  - { expression: "object.spec.containers.all(c, c.image in params.data.images.split(','))", message: image }
`)
  const binding = (extra: string, name = 'b') => `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: ${name} }
spec: { policyName: p, validationActions: [Deny, Audit], ${extra} }
---
`
  const map = (name: string, images: string, labels = '{}') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: conf, labels: ${labels}}\ndata: {images: "${images}"}\n---\n`
  const ref = (extra: string) => `paramRef: {namespace: conf, parameterNotFoundAction: Deny, ${extra}}`

  it('finds the parameter by name, in either set of files', () => {
    const policies = limited + binding(ref('name: ok'))
    expect(results(policies, pod('a') + map('ok', 'nginx,redis'))[0]).toMatchObject({
      verdict: 'pass',
      actions: ['Deny', 'Audit'],
    })
    expect(results(policies + map('ok', 'redis'), pod('a'))[0]?.verdict).toBe('fail')
  })

  it('judges for every parameter of a selector', () => {
    const policies = limited + binding(ref('selector: {matchLabels: {use: yes}}'))
    const two = map('one', 'nginx', '{use: "yes"}') + map('two', 'redis', '{use: "yes"}')
    const quoted = policies.replace('{use: yes}', '{use: "yes"}')
    expect(results(quoted, pod('a') + two)[0]?.verdict).toBe('fail')
  })

  it('says what is missing', () => {
    const gone = { message: 'the parameter ConfigMap gone is not among the files' }
    const denying = limited + binding(ref('name: gone'))
    expect(results(denying, pod('a'))[0]).toMatchObject({ verdict: 'fail', ...gone })
    const open = denying.replace('paramKind:', 'failurePolicy: Ignore\n  paramKind:')
    expect(results(open, pod('a'))[0]).toMatchObject({ verdict: 'error', ...gone })
    expect(results(limited + binding('paramRef: {name: gone}'), pod('a'))[0]).toMatchObject({
      verdict: 'error',
      ...gone,
    })
    expect(results(limited, pod('a'))[0]).toMatchObject({
      verdict: 'error',
      message: 'the policy wants a ConfigMap, and neither a binding gives one nor is one among the files',
    })
    const some = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: any}\ndata: {prefix: registry.example/}\n---\n'
    expect(results(limited + some, pod('a'))[0]?.verdict).toBe('fail')
    const allowed = binding('paramRef: {name: gone, parameterNotFoundAction: Allow}')
    expect(results(limited + allowed, pod('a'))[0]?.verdict).toBe('pass')
  })

  it('judges with params that are null where the binding names none', () => {
    const kind = 'paramKind: { apiVersion: v1, kind: ConfigMap }'
    const asking = (expression: string) =>
      policy(`${kind}\nvalidations:\n  - { expression: "${expression}" }`) + binding('')
    expect(results(asking('params == null'), pod('a'))[0]?.verdict).toBe('pass')
    expect(results(asking('has(params.data)'), pod('a'))[0]).toMatchObject({ verdict: 'fail' })
    expect(results(asking('!has(params.data) || params.data.x'), pod('a'))[0]?.verdict).toBe('pass')
    expect(results(asking("params.data.x == 'y'"), pod('a'))[0]?.message).toContain('no such key: data')
  })

  it('binds only what the binding matches; the worst of several counts', () => {
    const narrow = 'matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}'
    expect(verdicts(noHostNetwork + binding(narrow), pod('a', '', 'hostNetwork: true'))).toEqual([
      'Pod/default/a not-applicable',
    ])
    const both = limited + binding(ref('name: ok')) + binding(ref('name: bad'), 'c')
    expect(results(both + map('ok', 'nginx') + map('bad', 'redis'), pod('a'))[0]?.verdict).toBe('fail')
  })
})

describe('requests', () => {
  const review = (operation: string, object: string, oldObject: string) => `
apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  operation: ${operation}
  namespace: shop
  userInfo: { username: ann, groups: [dev] }
  object: ${object}
  oldObject: ${oldObject}
---
`
  const object = (replicas: number) => `{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {n: ${replicas}}}`

  it('have an old object only where there is one', () => {
    const grows = policy(`validations:\n  - { expression: "oldObject == null || object.spec.n >= oldObject.spec.n" }`)
    expect(verdicts(grows, review('UPDATE', object(1), object(2)))).toEqual(['Pod/shop/a fail'])
    expect(verdicts(grows, review('UPDATE', object(3), object(2)))).toEqual(['Pod/shop/a pass'])
    expect(verdicts(grows, pod('a'))).toEqual(['Pod/default/a pass'])
  })

  it('tell operation, names and who asks, where that is known', () => {
    const asked = policy(
      `validations:\n  - { expression: "request.operation == 'UPDATE' && request.userInfo.username == 'ann' && 'dev' in request.userInfo.groups && request.resource.resource == 'pods' && request.namespace == 'shop'" }`,
    )
    expect(verdicts(asked, review('UPDATE', object(1), object(2)))).toEqual(['Pod/shop/a pass'])
    expect(
      verdicts(policy(`validations:\n  - { expression: "request.userInfo.username != 'eve'" }`), pod('a')),
    ).toEqual(['Pod/default/a fail'])
  })

  it('have no objects of their own, and that is told before anything is judged', () => {
    const asked = policy(`validations:\n  - { expression: "request.object.metadata.name == 'a'" }`)
    expect(results(asked, pod('a'))).toMatchObject([{ verdict: 'error', message: expect.stringContaining('object') }])
  })

  it('of what gets its name when it is made have none, and the object has one', () => {
    const made = pod('a').replace('name: a', 'generateName: a-')
    const text = policy(
      `validations:\n  - { expression: "object.metadata.name.matches('^a-[a-z0-9]{5}$') && !has(request.name)" }`,
    )
    expect(verdicts(text, made)).toEqual(['Pod/default/a- pass'])
  })

  it('about policies, and questions to the API server, are asked of no policy', () => {
    const all = policy('validations:\n  - { expression: "false" }')
      .replace("apiGroups: ['']", "apiGroups: ['*']")
      .replace('apiVersions: [v1]', "apiVersions: ['*']")
      .replace('resources: [pods]', "resources: ['*']")
    const objects = [
      ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'not-applicable'],
      ['admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicy', 'not-applicable'],
      ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'fail'],
      ['authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'not-applicable'],
      ['authentication.k8s.io/v1', 'TokenReview', 'not-applicable'],
      ['v1', 'Pod', 'fail'],
    ]
    for (const [apiVersion, kind, verdict] of objects)
      expect(results(all, JSON.stringify({ apiVersion, kind, metadata: { name: 'a' } })), kind).toMatchObject([
        { verdict },
      ])
  })

  it('know the namespace object', () => {
    const text = policy(`validations:\n  - { expression: "namespaceObject.metadata.labels['team'] == 'a'" }`)
    const ns = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n---\n'
    expect(verdicts(text, ns + pod('a', ', namespace: shop')).at(-1)).toBe('Pod/shop/a pass')
    expect(verdicts(text, pod('a', ', namespace: other'))).toEqual(['Pod/other/a fail'])
    expect(
      verdicts(policy(`validations:\n  - { expression: "object.metadata.namespace == 'default'" }`), pod('a')),
    ).toEqual(['Pod/default/a pass'])
  })
})

it('stands documents of every shape', () => {
  const odd = [
    null,
    1,
    'x',
    [],
    {},
    { kind: 'Pod' },
    { kind: 'List', items: [null, 1] },
    { apiVersion: 'v1', kind: 'Pod', metadata: null, spec: [] },
  ]
  const policies = [
    { kind: 'ValidatingAdmissionPolicy', apiVersion: 'admissionregistration.k8s.io/v1' },
    { kind: 'ClusterPolicy', apiVersion: 'kyverno.io/v1', spec: { rules: [1, {}] } },
    { kind: 'ValidatingPolicy', apiVersion: 'policies.kyverno.io/v1' },
    { kind: 'X', apiVersion: 'constraints.gatekeeper.sh/v1beta1' },
  ]
  const text = [...policies, ...odd].map((one) => JSON.stringify(one)).join('\n---\n')
  expect(verdicts(text, odd.map((one) => JSON.stringify(one)).join('\n---\n')).length).toBeGreaterThan(0)
})
