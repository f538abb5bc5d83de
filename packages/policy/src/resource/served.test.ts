import { describe, expect, it } from 'vitest'
import { documents, verdicts } from '../testing/judge.ts'
import { served } from './served.ts'

function one(text: string): Record<string, unknown> {
  return served(documents(text)[0] as Record<string, unknown>)
}

const POD = `
apiVersion: v1
kind: Pod
metadata: { name: a, labels: {} }
spec:
  hostNetwork: false
  tolerations: []
  containers:
    - { name: main, image: nginx, resources: { limits: { cpu: 0.5, memory: 64Mi }, requests: { memory: 32Mi } }, ports: [{ containerPort: 80 }] }
    - { name: pinned, image: 'registry:5000/nginx:1.29', livenessProbe: { httpGet: { port: 80 }, periodSeconds: 0 } }
    - { name: digest, image: 'nginx@sha256:${'0'.repeat(64)}' }
  volumes: [{ name: scratch }, { name: secrets, secret: { secretName: s } }]
`

describe('what the API server fills in', () => {
  it('of a pod: versioned defaults, and what plugins write', () => {
    const { metadata, spec } = one(POD) as { metadata: object; spec: Record<string, never> }
    expect(metadata).toEqual({ name: 'a' })
    expect(spec).toMatchObject({
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
      serviceAccountName: 'default',
      serviceAccount: 'default',
      priority: 0,
      tolerations: [{ key: 'node.kubernetes.io/not-ready' }, { key: 'node.kubernetes.io/unreachable' }],
      containers: [
        {
          imagePullPolicy: 'Always',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '500m', memory: '32Mi' } },
          volumeMounts: [{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
        },
        {
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          livenessProbe: { httpGet: { path: '/', scheme: 'HTTP' }, periodSeconds: 10, failureThreshold: 3 },
        },
        { imagePullPolicy: 'IfNotPresent' },
      ],
      volumes: [
        { name: 'scratch', emptyDir: {} },
        { name: 'secrets', secret: { defaultMode: 420 } },
        { projected: { defaultMode: 420 } },
      ],
    })
    expect(Object.hasOwn(spec, 'hostNetwork')).toBe(false)
  })

  it('of a pod without a token: no volume', () => {
    const { spec } = one(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {automountServiceAccountToken: false, containers: [{name: m, image: x}]}',
    ) as { spec: object }
    expect(Object.hasOwn(spec, 'volumes')).toBe(false)
  })

  it('of what makes pods: no account, no requests from limits', () => {
    const { spec } = one(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec: { template: { spec: { containers: [{ name: m, image: 'x:1', resources: { limits: { cpu: 1 } } }] } }, strategy: { rollingUpdate: { maxSurge: 1 } } }
`) as { spec: { template: { spec: Record<string, unknown> } } }
    expect(spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
      template: { metadata: {}, spec: { restartPolicy: 'Always' } },
    })
    expect(spec.template.spec.serviceAccountName).toBeUndefined()
    expect(spec.template.spec.containers).toMatchObject([{ resources: { limits: { cpu: '1' } } }])
    expect((spec.template.spec.containers as [{ resources: object }])[0].resources).not.toHaveProperty('requests')
  })

  it.each([
    [
      'StatefulSet',
      'apps/v1',
      '{template: {spec: {}}}',
      { podManagementPolicy: 'OrderedReady', updateStrategy: { rollingUpdate: { partition: 0 } } },
    ],
    [
      'DaemonSet',
      'apps/v1',
      '{template: {spec: {}}}',
      { updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } },
    ],
    ['Job', 'batch/v1', '{template: {spec: {}}}', { completions: 1, parallelism: 1, backoffLimit: 6 }],
    ['Job', 'batch/v1', '{parallelism: 3}', { parallelism: 3 }],
    ['CronJob', 'batch/v1', '{}', { concurrencyPolicy: 'Allow', successfulJobsHistoryLimit: 3 }],
    [
      'NetworkPolicy',
      'networking.k8s.io/v1',
      '{egress: [{}]}',
      { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    ],
    [
      'Service',
      'v1',
      '{ports: [{port: 80}]}',
      { type: 'ClusterIP', sessionAffinity: 'None', ports: [{ protocol: 'TCP', targetPort: 80 }] },
    ],
  ])('of a %s of %s with %s', (kind, apiVersion, spec, expected) => {
    expect(one(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: ${spec}`).spec).toMatchObject(
      expected,
    )
  })

  it('leaves alone what it does not know, and what is written', () => {
    const foreign = { apiVersion: 'example.org/v1', kind: 'Pod', metadata: { name: 'a' }, spec: { replicas: null } }
    expect(served(foreign)).toBe(foreign)
    const kept = one(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 0, strategy: {type: Recreate}}',
    )
    expect(kept.spec).toMatchObject({ replicas: 0, strategy: { type: 'Recreate' } })
    expect((kept.spec as { strategy: object }).strategy).not.toHaveProperty('rollingUpdate')
  })
})

const RULES =
  'resourceRules: [{ apiGroups: ["", apps], apiVersions: [v1], operations: [CREATE], resources: [pods, deployments] }]'

describe('who sees it', () => {
  it('admission policies of Kubernetes, in the version of its own', () => {
    const policy = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: p }
spec:
  matchConstraints: { ${RULES} }
  validations: [{ expression: 'object.spec.restartPolicy == "Always" && object.spec.serviceAccountName == "default"' }]
`
    expect(verdicts(policy, POD)).toEqual(['Pod/default/a pass'])
  })

  it("not Kyverno's, which are tried on files as they are written", () => {
    const policy = `
apiVersion: policies.kyverno.io/v1alpha1
kind: ValidatingPolicy
metadata: { name: p }
spec:
  matchConstraints: { ${RULES} }
  validations: [{ expression: '!has(object.spec.restartPolicy)' }]
`
    expect(verdicts(policy, POD)).toEqual(['Pod/default/a pass'])
  })
})
