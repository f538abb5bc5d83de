import { describe, expect, it } from 'vitest'
import { loadPolicies } from './evaluate.ts'
import { documents, pod, results, verdicts } from './testing/judge.ts'

const template = (kind: string, name: string, spec: string) =>
  kind === 'CronJob'
    ? `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: ${name}}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {app: x}}, spec: ${spec}}}}}\n---\n`
    : `apiVersion: ${kind === 'Job' ? 'batch' : 'apps'}/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {template: {metadata: {labels: {app: x}}, spec: ${spec}}}\n---\n`
const good = '{containers: [{name: a, image: "nginx:1"}]}'
const bad = '{containers: [{name: a, image: nginx}]}'

function validating(spec: string, version = 'v1'): string {
  return `
apiVersion: policies.kyverno.io/${version}
kind: ValidatingPolicy
metadata: { name: tagged }
spec:
  validationActions: [Audit]
  matchConstraints:
    resourceRules:
      - { apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods] }
${spec.replace(/^/gm, '  ')}
---
`
}

describe('ValidatingPolicy', () => {
  const tagged = (extra = '') =>
    validating(`
${extra}
variables:
  - { name: containers, expression: "object.spec.containers + object.spec.?initContainers.orValue([])" }
validations:
  - expression: "variables.containers.all(c, c.image.contains(':'))"
    messageExpression: "'untagged in ' + object.metadata.name"
`)

  it.each(['v1alpha1', 'v1beta1', 'v1'])('of %s is for pods and what makes pods', (version) => {
    const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']
    const text = kinds.map((kind) => template(kind, 'g', good) + template(kind, 'b', bad)).join('')
    const policy = tagged().replace('kyverno.io/v1', `kyverno.io/${version}`)
    expect(verdicts(policy, text)).toEqual(
      kinds.flatMap((kind) => [`${kind}/default/g pass`, `${kind}/default/b fail`]),
    )
    expect(results(policy, template('CronJob', 'b', bad))[0]?.message).toBe('untagged in b')
  })

  it('is generated only for the controllers it names, and for none where it selects', () => {
    const jobs = tagged('autogen: {podControllers: {controllers: [jobs]}}')
    expect(verdicts(jobs, template('Job', 'j', bad) + template('Deployment', 'd', bad))).toEqual([
      'Job/default/j fail',
      'Deployment/default/d not-applicable',
    ])
    const selecting = tagged().replace(
      'matchConstraints:',
      'matchConstraints:\n    objectSelector: {matchLabels: {a: b}}',
    )
    expect(verdicts(selecting, template('Job', 'j', bad))).toEqual(['Job/default/j not-applicable'])
  })

  it('is generated where it selects namespaces, and where it is for ephemeral containers as well', () => {
    const selecting = tagged().replace(
      'matchConstraints:',
      'matchConstraints:\n    namespaceSelector: {matchLabels: {team: a}}',
    )
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {team: a}}\n---\n'
    expect(verdicts(selecting, namespace + template('Job', 'j', bad))).toContain('Job/default/j fail')
    expect(verdicts(selecting, template('Job', 'j', bad))).toEqual(['Job/default/j not-applicable'])
    const both = tagged().replace('resources: [pods]', 'resources: [pods, pods/ephemeralcontainers]')
    expect(verdicts(both, template('Job', 'j', bad))).toEqual(['Job/default/j fail'])
    const more = tagged().replace('resources: [pods]', 'resources: [pods, services]')
    expect(verdicts(more, template('Job', 'j', bad))).toEqual(['Job/default/j not-applicable'])
  })

  it('labels are those of the template, names those of the object', () => {
    const policy = validating(
      `validations:\n  - { expression: "object.metadata.labels.app == 'x' && object.metadata.name == 'd' && object.metadata.namespace == 'default'" }`,
    )
    expect(verdicts(policy, template('Deployment', 'd', good))).toEqual(['Deployment/default/d pass'])
  })

  it('a failed evaluation is an error', () => {
    const policy = validating(`validations:\n  - { expression: "object.spec.nothing" }`)
    expect(verdicts(policy, pod('a'))).toEqual(['Pod/default/a error'])
  })

  it('looks up resources among the files', () => {
    const policy = validating(`
variables:
  - { name: map, expression: "resource.Get('v1', 'configmaps', 'conf', 'registries')" }
validations:
  - { expression: "object.spec.containers.all(c, image(c.image).registry() == variables.map.data.registry)" }
`)
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: registries, namespace: conf}\ndata: {registry: index.docker.io}\n---\n'
    expect(verdicts(policy + map, pod('a'))).toEqual(['Pod/default/a pass'])
    expect(verdicts(policy.replace('resource.Get', 'resource.get') + map, pod('a'))).toEqual(['Pod/default/a pass'])
    expect(results(policy, pod('a'))[0]).toMatchObject({ verdict: 'error' })
  })

  it('exceptions cover what their conditions say', () => {
    const exception = `
apiVersion: policies.kyverno.io/v1
kind: PolicyException
metadata: { name: e }
spec:
  policyRefs: [{ name: tagged, kind: ValidatingPolicy }]
  matchConditions: [{ name: n, expression: "object.metadata.name == 'a'" }]
---
`
    expect(verdicts(tagged() + exception, pod('a') + pod('b'))).toEqual([
      'Pod/default/a not-applicable',
      'Pod/default/b fail',
    ])
  })
})

describe('what a ValidatingPolicy may be for', () => {
  const text = (spec: string) => `
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: p }
spec: ${spec}
---
`
  it.each(['Envoy', 'HTTP'])('requests of %s are no resources', (mode) => {
    const policy = text(
      `{ evaluation: { mode: ${mode} }, validations: [{ expression: "envoy.Allowed().Response()" }] }`,
    )
    expect(results(policy, pod('a'))).toMatchObject([
      { verdict: 'not-applicable', message: `it judges requests of ${mode}, not resources` },
    ])
  })

  it('without constraints it is for nothing', () => {
    expect(results(text('{ validations: [{ expression: "false" }] }'), pod('a'))).toMatchObject([
      { verdict: 'not-applicable', message: 'the policy names nothing that it is for: it has no matchConstraints' },
    ])
  })

  it('a rule without operations is for none, and that is said', () => {
    const rules = '[{ apiGroups: [""], apiVersions: [v1], resources: [pods] }]'
    const policy = text(`{ matchConstraints: { resourceRules: ${rules} }, validations: [{ expression: "false" }] }`)
    expect(results(policy, pod('a'))).toMatchObject([
      { verdict: 'not-applicable', message: 'no rule is for CREATE of pods (a rule names no operations)' },
    ])
  })
})

describe('PolicyException of a ValidatingPolicy', () => {
  const policy = validating(`
validations:
  - expression: "object.spec.containers.all(c, c.image.contains(':') || c.image in exceptions.allowedImages)"
  - expression: "object.metadata.?labels.?tier.orValue('low') in ['low'] + exceptions.allowedValues"
`)
  const exception = (name: string, rest: string) => `
apiVersion: policies.kyverno.io/v1beta1
kind: PolicyException
metadata: { name: ${name} }
spec:
  policyRefs: [{ name: tagged, kind: ValidatingPolicy }]
  ${rest}
---
`
  it('allows images and values, and the policy decides', () => {
    const images = exception('i', 'images: [nginx]')
    const values = exception('v', 'allowedValues: [high]')
    const high = pod('a', ', labels: {tier: high}')
    expect(verdicts(policy, pod('a'))).toEqual(['Pod/default/a fail'])
    expect(verdicts(policy + images, pod('a'))).toEqual(['Pod/default/a pass'])
    expect(verdicts(policy + images, high)).toEqual(['Pod/default/a fail'])
    expect(verdicts(policy + images + values, high)).toEqual(['Pod/default/a pass'])
  })

  it('may be reported as a pass', () => {
    expect(verdicts(policy + exception('p', 'reportResult: pass'), pod('a'))).toEqual(['Pod/default/a pass'])
    expect(verdicts(policy + exception('p', 'reportResult: skip'), pod('a'))).toEqual(['Pod/default/a not-applicable'])
  })

  it('excepts the whole resource although another one allows only an image', () => {
    const both = exception('part', 'images: [httpd]') + exception('whole', 'reportResult: skip')
    expect(verdicts(policy + both, pod('a'))).toEqual(['Pod/default/a not-applicable'])
  })

  it('is for the kind of policy that it names', () => {
    const other = exception('o', 'reportResult: skip').replace('kind: ValidatingPolicy', 'kind: ImageValidatingPolicy')
    expect(verdicts(policy + other, pod('a'))).toEqual(['Pod/default/a fail'])
  })

  it('asks for what makes up for it, and says which of that is missing', () => {
    const controls = exception(
      'c',
      `matchConditions: [{ name: n, expression: "object.metadata.name.startsWith('old')" }]
  validations:
  - { expression: "'ticket' in object.metadata.?labels.orValue({})", message: a ticket is asked for }
  - { expression: "object.metadata.?labels.?net.orValue('') == 'closed'" }`,
    )
    const granted = pod('old-a', ', labels: {ticket: "7", net: closed}')
    const judged = (text: string) => results(policy + controls, text)
    expect(judged(granted)).toMatchObject([{ verdict: 'not-applicable', message: 'the exception c covers it' }])
    expect(judged(pod('old-b'))).toMatchObject([{ verdict: 'fail', message: 'a ticket is asked for' }])
    expect(judged(pod('old-c', ', labels: {ticket: "7"}'))[0]?.message).toContain("== 'closed'")
    expect(judged(pod('new')).map(({ message }) => message.includes('ticket'))).toEqual([false])
    expect(judged(pod('old-d').replace('nginx', 'nginx:1'))).toMatchObject([{ verdict: 'pass' }])
  })

  it('may change what the policy does; of several, the one of the highest priority decides', () => {
    const action = (name: string, priority: string, rest: string) =>
      exception(name, 'reportResult: skip')
        .replace('{ name: tagged, kind', `{ name: tagged, ${rest}kind`)
        .replace(`name: ${name} }`, `name: ${name}, labels: { polex.kyverno.io/priority: "${priority}" } }`)
    const audit = (name: string, priority: string) => action(name, priority, 'validationAction: Audit, ')
    expect(results(policy + audit('x', '10') + action('y', '5', ''), pod('a'))).toMatchObject([
      { verdict: 'fail', actions: ['Audit'] },
    ])
    expect(results(policy + audit('x', '5') + action('y', '10', ''), pod('a'))).toMatchObject([
      { verdict: 'not-applicable' },
    ])
  })

  it('that cannot be decided leaves an error where the policy fails closed', () => {
    const broken = exception('b', 'matchConditions: [{ name: n, expression: "object.spec.none == 1" }]')
    expect(results(policy + broken, pod('a'))).toMatchObject([{ verdict: 'error' }])
    expect(results(policy.replace('spec:', 'spec:\n  failurePolicy: Ignore') + broken, pod('a'))).toMatchObject([
      { verdict: 'fail' },
    ])
  })
})

function cluster(rules: string, annotations = '{}', kind = 'ClusterPolicy'): string {
  return `
apiVersion: kyverno.io/v1
kind: ${kind}
metadata: { name: c, namespace: shop, annotations: ${annotations} }
spec:
  validationFailureAction: Enforce
  rules:
${rules.replace(/^/gm, '    ')}
---
`
}

describe('ClusterPolicy', () => {
  const rule = (match: string, extra = '') => `
- name: tagged
  match: ${match}
  ${extra}
  validate:
    message: needs a tag
    cel:
      expressions:
        - { expression: "object.spec.containers.all(c, c.image.contains(':'))" }
`
  const pods = '{any: [{resources: {kinds: [Pod]}}]}'

  it('is for pods and, by itself, for what makes them', () => {
    const text = pod('p') + template('Deployment', 'd', bad) + template('CronJob', 'c', good)
    expect(verdicts(cluster(rule(pods)), text)).toEqual([
      'Pod/default/p fail',
      'Deployment/default/d fail',
      'CronJob/default/c pass',
    ])
    expect(results(cluster(rule(pods)), pod('p'))[0]).toMatchObject({
      rule: 'tagged',
      message: 'needs a tag',
      actions: ['Enforce'],
    })
  })

  it('exceptions name the rules that are made from it by other names', () => {
    const exception = (rules: string, more = '') => `
apiVersion: kyverno.io/v2
kind: PolicyException
metadata: { name: e }
spec:
  exceptions: [{ policyName: c, ruleNames: ${rules} }]
  match: { any: [{ resources: { kinds: [Pod, Deployment, CronJob], names: ['x*'] } }] }
  ${more}
---
`
    const text = pod('x') + pod('y') + template('Deployment', 'x', bad) + template('CronJob', 'x', bad)
    const judged = (rules: string, more?: string) =>
      verdicts(cluster(rule(pods)) + exception(rules, more), text).map((one) => one.replace('/default/', ' '))
    const left = 'not-applicable'
    expect(judged('[tagged]')).toEqual([`Pod x ${left}`, 'Pod y fail', 'Deployment x fail', 'CronJob x fail'])
    expect(judged('[autogen-tagged]')).toEqual(['Pod x fail', 'Pod y fail', `Deployment x ${left}`, 'CronJob x fail'])
    expect(judged('["autogen-cronjob-*"]').at(-1)).toBe(`CronJob x ${left}`)
    expect(judged('[tagged]', 'conditions: { any: [] }')[0]).toBe('Pod x error')
  })

  it('and rules for other kinds stay what they are', () => {
    const direct = cluster(
      `${rule(pods)}${rule('{any: [{resources: {kinds: [Deployment]}}]}').replace('object.spec.containers.all(c, c.image.contains', 'object.spec.template.spec.containers.all(c, c.image.contains').replace('name: tagged', 'name: direct')}`,
    )
    expect(
      results(direct, template('Deployment', 'd', good)).map(({ rule: name, verdict }) => `${name} ${verdict}`),
    ).toEqual(['tagged pass', 'direct pass'])
  })

  it('unless it says otherwise', () => {
    const none = cluster(rule(pods), '{pod-policies.kyverno.io/autogen-controllers: none}')
    expect(verdicts(none, template('Deployment', 'd', bad))).toEqual(['Deployment/default/d not-applicable'])
    const named = cluster(rule('{any: [{resources: {kinds: [Pod], names: ["p*"]}}]}'))
    expect(verdicts(named, template('Deployment', 'p', bad) + pod('p1') + pod('q'))).toEqual([
      'Deployment/default/p not-applicable',
      'Pod/default/p1 fail',
      'Pod/default/q not-applicable',
    ])
  })

  it.each([
    ['{any: [{resources: {kinds: [v1/Pod]}}]}', 'fail'],
    ['{any: [{resources: {kinds: ["*/Pod"]}}]}', 'fail'],
    ['{all: [{resources: {kinds: [Pod], namespaces: ["sh*"]}}]}', 'fail'],
    ['{resources: {kinds: [Pod], namespaces: [other]}}', 'not-applicable'],
    ['{any: [{resources: {kinds: [Pod], operations: [DELETE]}}]}', 'not-applicable'],
    ['{any: [{resources: {kinds: [Pod], selector: {matchLabels: {app: "w*"}}}}]}', 'fail'],
    ['{any: [{resources: {kinds: [Pod], annotations: {x: y}}}]}', 'not-applicable'],
    ['{any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {team: a}}}}]}', 'not-applicable'],
    ['{any: [{resources: {kinds: [Pod/exec]}}]}', 'not-applicable'],
    ['{any: [{resources: {kinds: ["*"]}}]}', 'fail'],
  ])('%s', (match, verdict) => {
    expect(verdicts(cluster(rule(match)), pod('a', ', namespace: shop, labels: {app: web}'))).toEqual([
      `Pod/shop/a ${verdict}`,
    ])
  })

  it('excludes, asks preconditions, and keeps to its namespace where it has one', () => {
    const excluding = cluster(rule(pods, 'exclude: {any: [{resources: {namespaces: [shop]}}]}'))
    expect(verdicts(excluding, pod('a', ', namespace: shop') + pod('b'))).toEqual([
      'Pod/shop/a not-applicable',
      'Pod/default/b fail',
    ])
    const asking = cluster(rule(pods, `celPreconditions: [{name: n, expression: "object.metadata.name == 'b'"}]`))
    expect(verdicts(asking, pod('a') + pod('b'))).toEqual(['Pod/default/a not-applicable', 'Pod/default/b fail'])
    expect(verdicts(cluster(rule(pods), '{}', 'Policy'), pod('a', ', namespace: shop') + pod('b'))).toEqual([
      'Pod/shop/a fail',
      'Pod/default/b not-applicable',
    ])
  })

  it('has parameters, and says what it cannot do', () => {
    const params = cluster(`
- name: r
  match: ${pods}
  validate:
    cel:
      paramKind: { apiVersion: v1, kind: ConfigMap }
      paramRef: { name: m, namespace: conf, parameterNotFoundAction: Deny }
      variables: [{ name: want, expression: "params.data.prefix" }]
      expressions: [{ expression: "object.spec.containers.all(c, c.image.startsWith(variables.want))", message: no }]
- { name: pattern, match: ${pods}, validate: { pattern: { spec: {} } } }
`)
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: conf}\ndata: {prefix: ngi}\n---\n'
    expect(results(params, pod('a') + map).slice(0, 2)).toMatchObject([
      { rule: 'r', verdict: 'pass' },
      { rule: 'pattern', verdict: 'not-applicable', message: 'the rule is not written in CEL' },
    ])
  })
})

describe('ValidatingPolicy for JSON', () => {
  it('judges documents of any shape, and others leave them aside', () => {
    const policy = `
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: json }
spec:
  evaluation: { mode: JSON }
  validations: [{ expression: "object.FROM != 'scratch'", message: from }]
---
`
    const dockerfile = 'name: image\nFROM: scratch\n'
    expect(results(policy, dockerfile)).toMatchObject([{ policy: 'json', resource: 'image', verdict: 'fail' }])
    const both =
      policy +
      cluster(
        '- { name: r, match: {any: [{resources: {kinds: ["*"]}}]}, validate: { cel: { expressions: [{ expression: "false" }] } } }',
      )
    expect(
      results(both, dockerfile)
        .map(({ verdict }) => verdict)
        .toSorted(),
    ).toEqual(['fail', 'not-applicable'])
  })
})

it('names policies that judge nothing', () => {
  const policy = 'apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: { name: m }\nspec: {}\n---\n'
  expect(results(policy, pod('a'))).toMatchObject([
    { policy: 'm', verdict: 'not-applicable', message: 'it changes resources and judges none' },
  ])
})

it('leaves aside what has the name of a policy and no spec', () => {
  const stub = (apiVersion: string, kind: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\nstatus: { ready: true }\n---\n`
  const stubs =
    stub('policies.kyverno.io/v1', 'ValidatingPolicy') +
    stub('kyverno.io/v1', 'ClusterPolicy') +
    stub('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy')
  const set = loadPolicies(documents(stubs))
  expect(set.rules).toEqual([])
  expect(set.gaps.map(({ message }) => message)).toEqual(Array(3).fill('a policy without a spec: it says nothing'))
})
