// Short texts that come from outside: versions by every scheme, package URLs, names of images, filters, licences.
import { loadRules } from '@yagura/detect'
import { parseTarget } from '@yagura/image'
import { spdxExpressions } from '@yagura/inventory/testing/parsers'
import { compileCondition, type Fields, parseCondition, printCondition } from '@yagura/lang'
import { celFromJson, compileCel, createRun, evaluateCel } from '@yagura/lang/cel'
import { compileRegex } from '@yagura/lang/regex'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { compareVersions, SCHEME_NAMES } from '@yagura/versions'
import { formatPurl, parsePurl } from '@yagura/versions/purl'
import type { FuzzedParser } from '../parser.ts'
import { seedsFrom } from '../seeds.ts'

const VERSIONS =
  '1.2.3\n1.2.3-rc.1+b\n1:2.0-3~deb12u1\n0:1\nv1.0.0-20200101000000-abcdef123456\n1.0a1.post2.dev3\n1.0-SNAPSHOT\n2.0_p1-r3'

const schemes: FuzzedParser[] = SCHEME_NAMES.map((name) => ({
  name: `version/${name}`,
  seeds: () => [Buffer.from(VERSIONS), ...seedsFrom(`packages/versions/src/schemes/${name}`, 'versions')],
  parse(bytes) {
    const texts = bytes
      .toString()
      .split(/[\n\t]/)
      .slice(0, 12)
    for (const a of texts)
      for (const b of texts) {
        const order = compareVersions(name, a, b)
        const back = compareVersions(name, b, a)
        if (order.ok !== back.ok || (order.ok && back.ok && order.value !== -back.value))
          throw new Error(`${JSON.stringify(a)} and ${JSON.stringify(b)} have no one order.`)
      }
  },
}))

const fields = FILTER_FIELDS.findings as Fields

export const textParsers: readonly FuzzedParser[] = [
  ...schemes,
  {
    name: 'text/purl',
    seeds: () => [
      Buffer.from('pkg:deb/debian/a%2Bb@1:2?arch=amd64&distro=debian-12#p/q'),
      ...seedsFrom('packages/versions/src/purl', 'purl'),
    ],
    parse(bytes) {
      const parsed = parsePurl(bytes.toString())
      const written = parsed.ok ? formatPurl(parsed.value) : ''
      // what is written plainly can be too long where it is escaped
      if (parsed.ok && written.length <= 2048 && !parsePurl(written).ok)
        throw new Error('What was written cannot be read back.')
    },
  },
  {
    name: 'text/target',
    seeds: () => [
      ...seedsFrom('packages/image/src', 'target'),
      ...seedsFrom('packages/image/src/source/registry', 'target'),
    ],
    parse: (bytes) => parseTarget(bytes.toString()),
  },
  {
    name: 'text/filter',
    seeds: () => [
      Buffer.from('severity in (high, critical) and not (asset contains "web" or epss >= 0.5) and kev = true'),
      ...seedsFrom('packages/lang/src/condition', 'filter'),
    ],
    parse(bytes) {
      const parsed = parseCondition(bytes.toString(), fields)
      if (!parsed.ok) return
      compileCondition<object>(parsed.value, () => () => undefined)({})
      if (!parseCondition(printCondition(parsed.value), fields).ok)
        throw new Error('What was written cannot be read back.')
    },
  },
  {
    name: 'document/rules',
    seeds: () => [
      Buffer.from(
        '- list: shells\n  items: [bash, sh]\n- macro: spawned\n  condition: evt.type in (execve, execveat) and evt.dir = <\n- rule: Shell\n  desc: d\n  condition: spawned and proc.name in (shells) and not proc.pname exists\n  output: "%proc.cmdline by %user.name"\n  priority: WARNING\n  tags: [T1059]\n  exceptions:\n    - name: own\n      fields: [proc.name, fd.name]\n      comps: [=, startswith]\n      values: [[bash, /tmp]]\n',
      ),
      Buffer.from(
        '- rule: R\n  condition: (a and not b) or fd.sip in ("10.0.0.0/8") or proc.args pmatch (/etc, /var)\n  append: true\n',
      ),
    ],
    parse: (bytes) => loadRules([{ name: 'x.yaml', text: bytes.toString(), origin: 'falco' }]),
  },
  {
    name: 'text/cel',
    seeds: () => [
      Buffer.from('object.spec.containers.all(c, !has(c.securityContext) || c.securityContext.privileged != true)'),
      Buffer.from(
        '[1, 2u, 3.5, "a", b"x", null].exists(x, x == {"a": 1}["a"]) ? "a".matches("(a+)+$") : size("b") > 1',
      ),
      ...seedsFrom('packages/lang/src/cel', 'cel'),
    ],
    parse(bytes) {
      const program = compileCel(bytes.toString(), ['object'])
      const object = celFromJson({ spec: { containers: [{ name: 'a', image: 'b:1' }] } })
      if (program.ok) evaluateCel(program.value, createRun(new Map([['object', object]])))
    },
  },
  {
    name: 'text/regex',
    seeds: () => [Buffer.from('^(?i:a|b)+[^c-d]{2,5}\\bx\\d*?$'), Buffer.from('(?P<n>a)|\\p{Greek}|[[:alpha:]]')],
    parse(bytes) {
      const compiled = compileRegex(bytes.toString())
      if (compiled.ok) compiled.value('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')
    },
  },
  {
    name: 'text/licence',
    seeds: () => [
      Buffer.from('(MIT OR Apache-2.0) AND GPL-2.0-or-later WITH Classpath-exception-2.0'),
      ...seedsFrom('packages/inventory/src/licences', 'licence'),
    ],
    parse: (bytes) => spdxExpressions([bytes.toString()]),
  },
]
