// Policies in CEL: a pod judged by policies of the usual size, and what a stranger may write to stop the judge.
//   npm run bench -- cel [PODS]
import { compileCel, createRun, evaluateCel } from '@yagura/lang/cel'
import { evaluateSet, loadPolicies } from '@yagura/policy'

export const about = 'policies in CEL (goals: 50 µs per resource and policy; hostile patterns and loops end in 50 ms)'

const EXPRESSIONS: Readonly<Record<string, string>> = {
  capabilities:
    "variables.all.all(c, c.?securityContext.?capabilities.?add.orValue([]).all(x, x in ['CHOWN', 'KILL', 'SETUID', 'SETGID', 'NET_BIND_SERVICE']))",
  nonRoot:
    'variables.all.all(c, has(c.securityContext) && has(c.securityContext.runAsNonRoot) && c.securityContext.runAsNonRoot)',
  images:
    "variables.all.all(c, c.image.matches('^registry[.]example/[a-z0-9./-]+:[0-9.]+$') && !c.image.endsWith(':latest'))",
  limits: "variables.all.all(c, quantity(c.resources.limits.memory).isLessThan(quantity('2Gi')))",
  labels: "['app', 'team', 'stage'].all(k, k in object.metadata.labels && object.metadata.labels[k] != '')",
  ports: 'variables.all.all(c, !has(c.ports) || c.ports.all(p, p.containerPort > 1023))',
}

const HOSTILE: Readonly<Record<string, string>> = {
  'nested loops':
    'lists.range(500).all(a, lists.range(500).all(b, lists.range(500).all(c, lists.range(500).all(d, a + b + c + d >= 0))))',
  'loops that build lists': 'lists.range(1000).map(a, lists.range(1000).map(b, lists.range(1000).map(c, [a, b, c])))',
  'text that grows': `"x"${'.replace("x", "xxxxxxxxxx")'.repeat(12)}.size() > 0`,
  'a slow pattern': `lists.range(1000).all(i, "${'a'.repeat(5000)}".matches("(a?){500}a{500}b"))`,
  'many patterns': 'lists.range(100000).all(i, "abc".matches("(a|b|c){300}" + string(i)) || true)',
  'types that double': `${Array.from({ length: 80 }, (_, i) => `cel.bind(v${i}, {${i === 0 ? 1 : `v${i - 1}`}: ${i === 0 ? 1 : `v${i - 1}`}}, `).join('')}v79 == v78${')'.repeat(80)}`,
  sorting: 'lists.range(100000).map(i, -i).sort().size() > 0',
}

export function run(args: readonly string[]): void {
  const pods = Number(args[0] ?? 2000)
  policies(pods)
  hostile()
}

function policies(pods: number): void {
  const set = loadPolicies(Object.entries(EXPRESSIONS).map(([name, expression]) => policy(name, expression)))
  const resources = Array.from({ length: pods }, (_, index) => pod(index))
  const options = { nowMs: () => 0 }
  evaluateSet(set, resources.slice(0, 500), options)
  const before = process.cpuUsage()
  const results = evaluateSet(set, resources, options)
  const { user, system } = process.cpuUsage(before)
  const microseconds = (user + system) / results.length
  const failed = results.filter(({ verdict }) => verdict !== 'pass').length
  console.log(
    `${results.length} verdicts (${failed} not pass): ${microseconds.toFixed(1)} µs of processor time each, conversion of the resource included`,
  )
}

function hostile(): void {
  for (const [name, expression] of Object.entries(HOSTILE)) {
    const before = process.cpuUsage()
    const program = compileCel(expression, new Map())
    const result = program.ok ? evaluateCel(program.value, createRun(new Map())) : program
    const said = result.ok ? 'evaluated' : result.error.message
    const { user, system } = process.cpuUsage(before)
    console.log(`${name.padEnd(24)}${((user + system) / 1000).toFixed(1).padStart(7)} ms  ${said}`)
  }
}

function policy(name: string, expression: string): unknown {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
      variables: [{ name: 'all', expression: 'object.spec.containers + object.spec.?initContainers.orValue([])' }],
      validations: [{ expression }],
    },
  }
}

function pod(index: number): unknown {
  const container = (name: string) => ({
    name,
    image: `registry.example/shop/${name}:1.${index}.0`,
    ports: [{ containerPort: 8080 }],
    env: [{ name: 'A', value: '1' }],
    resources: { limits: { cpu: 1, memory: '512Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
  })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${index}`, namespace: 'shop', labels: { app: 'web', team: 'a', stage: 'prod' } },
    spec: { initContainers: [container('init')], containers: [container('web'), container('side')] },
  }
}
