// Rules that are chosen at a glance against the plain meaning of their conditions: the same matches for any events and any rules, in
// whatever order the events come, for what was worked out for one event is used for the next.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { type Condition, compileCondition, type Predicate, parseCondition } from '@yagura/lang'
import { compileRegex } from '@yagura/lang/regex'
import { EVENT_TYPES } from '@yagura/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCondition } from '../../testing/conditions.ts'
import { collect } from '../collect.ts'
import { type RuleFields, ruleFields } from '../fields/index.ts'
import { loadRules } from '../load.ts'
import { ruleNames } from '../names.ts'
import { compilePathClasses } from '../path-class.ts'
import { readSample, type Sample } from '../samples/sketch.ts'
import { type RuleText, readItems } from '../source.ts'
import { readerOf } from '../specialise.ts'
import type { Subject, SubjectType } from '../subject.ts'
import { boundBy } from './bound.ts'
import { facetsOf } from './facets.ts'

type Happening = Sample & { kind: 'event' }

const RULES = join(import.meta.dirname, '../../../../../content/rules')

const programs = [
  '/usr/bin/dash',
  '/usr/bin/python3',
  '/tmp/x',
  '/usr/sbin/nginx',
  '/usr/bin/curl',
  '/usr/bin/tar',
  '/sh',
]
const anyProgram = fc.constantFrom(...programs)
const anyPath = fc.constantFrom(
  ...['/etc/shadow', '/host/etc/shadow', '/tmp/a.sh', '/root/.ssh/id_rsa', '/var/log/wtmp', '/usr/bin/new', '/data/1'],
)
const anyAddress = fc.constantFrom('10.0.0.9:4444', '1.2.3.4:22', '127.0.0.1:80', '169.254.169.254:80', '10.0.0.9:5432')
const anyTag = fc.constantFrom('NET_IN', 'DL', 'DROP', 'SHELL')
const anyLayer = fc.constantFrom('image', 'upper', 'tmpfs', 'memory', 'mount')

const actor = {
  by: anyProgram,
  args: fc.constantFrom('sh -i', 'python3 -c x', 'python3 app.py', 'curl http://x', 'nginx', 'tar czf /tmp/a /etc'),
  command: fc.constantFrom('sh', 'nc', 'worker', ''),
  exelayer: anyLayer,
  parent: anyProgram,
  tags: fc.uniqueArray(anyTag, { maxLength: 2 }),
  filetags: fc.uniqueArray(anyTag, { maxLength: 1 }),
  env: fc.constantFrom([], ['LD_PRELOAD=/tmp/x.so'], ['HISTFILE=/dev/null']),
  stdio: fc.constantFrom([], ['socket', 'socket', 'socket'], ['pipe', 'file', 'null']),
  terminal: fc.boolean(),
  init: fc.boolean(),
  host: fc.boolean(),
  uid: fc.constantFrom(0, 1000),
  counts: fc.constantFrom({}, { connect: 9, delete: 40, port: 40 }),
}
const required = { requiredKeys: [] as never[] }
const acts: readonly Readonly<Record<string, fc.Arbitrary<unknown>>>[] = [
  { exec: anyProgram, layer: anyLayer, injected: fc.boolean(), unlinked: fc.boolean() },
  { open: anyPath, flags: fc.constantFrom('r', 'w', 'rw', 'create', 'append', 'truncate'), layer: anyLayer },
  { rename: anyPath, to: anyPath, layer: anyLayer },
  { link: anyPath, to: anyPath, symbolic: fc.boolean() },
  { unlink: anyPath, result: fc.constantFrom(0, -1) },
  { connect: anyAddress, result: fc.constantFrom(0, -1, -111, -115) },
  { accept: anyAddress },
  { traffic: anyAddress, sent: fc.constantFrom(0, 9_000_000) },
  { dns: fc.constantFrom('a.example', 'pool.minexmr.com', 'x.svc.cluster.local', `${'a1'.repeat(30)}.example`) },
  { kill: anyProgram, where: fc.constantFrom('same', 'host', 'other'), signal: fc.constantFrom(9, 15, 19) },
  { namespace: fc.constantFrom('unshare', 'enter'), kinds: fc.constantFrom(['user'], ['mount', 'pid']) },
  { call: fc.constantFrom('bpf', 'init_module', 'ptrace') },
]

/** A sketch of any act by any process; what a sketch of this kind cannot say is left out. */
const anyEvent: fc.Arbitrary<Happening> = fc
  .oneof(...acts.map((act) => fc.tuple(fc.record(act), fc.record(actor, required))))
  .map(([act, who]) => readSample({ ...who, ...act }))
  .filter((read) => read.ok && read.value.length === 1 && read.value[0]?.kind === 'event')
  .map((read) => unwrap(read)[0] as Happening)

const classes = compilePathClasses(
  new Map([
    ['secret', ['etc/shadow', '.ssh/']],
    ['temp', ['/tmp/']],
  ]),
)
const fields = ruleFields(classes)
const CLASSES = '- class: secret\n  paths: [etc/shadow, .ssh/]\n- class: temp\n  paths: [/tmp/]\n'

const TESTS = [
  ...[
    'in.container = true',
    'container.id != host',
    'container.id = host',
    'exec.injected = true',
    'open.write = true',
  ],
  ...[
    'proc.name = sh',
    'proc.name in (nc, nginx)',
    'exe.name in (dash, curl)',
    'exe.path startswith /tmp',
    'not exe.name = tar',
  ],
  ...[
    'exe.layer in (upper, tmpfs)',
    'proc.args contains "-c"',
    'proc.arg[1] = -i',
    'proc.nargs > 1',
    'proc.cmdline contains etc',
  ],
  ...[
    'env[LD_PRELOAD] exists',
    'env[HISTFILE] = /dev/null',
    'proc.cwd = /',
    'proc.tag = NET_IN',
    'file.tag in (DL, DROP)',
  ],
  ...[
    'file.class = secret',
    'file.class in (secret, temp)',
    'file.newclass = temp',
    'file.layer = upper',
    'evt.rawres < 0',
  ],
  ...[
    'peer.port in (22, 4444)',
    'peer.kind = metadata',
    'peer.address = "10.0.0.0/8"',
    'parent.name = nginx',
    'dns.name endswith .example',
  ],
  ...[
    'kill.signal = 9',
    'namespace.action = unshare',
    'call.name = bpf',
    'evt.type = symlink',
    'stdio.in = socket',
    'proc.init = true',
  ],
  ...[
    'exe.name = val(proc.name)',
    'toupper(exe.name) = DASH',
    'proc.aname in (nginx)',
    'count[connect,10s] > 5',
    'user.uid = 0',
  ],
]

const anyText = anyCondition(TESTS, 3)

function compilePlainly(condition: Condition, type: SubjectType, known: RuleFields): Predicate<Subject> {
  return compileCondition<Subject>(
    condition,
    (use) => {
      const read = readerOf(use, type, known)
      return typeof read === 'function' ? read : () => read?.constant
    },
    { regex: compileRegex },
  )
}

function subjectOf({ event, context }: Happening): Subject {
  return { event, context, turn: 0 } as Subject
}

describe('rules chosen at a glance', () => {
  it('are tried on every act there is a sketch of here', () => {
    const kinds = new Set(fc.sample(anyEvent, 600).map(({ event }) => event.type))
    expect(kinds.size).toBe(acts.length)
  })

  it('are all that hold, for any rules and any row of events', () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 1, maxLength: 8 }),
        fc.array(anyEvent, { minLength: 1, maxLength: 30 }),
        (texts, events) => {
          const written = texts.map((text, at) => `- rule: r${at}\n  condition: ${JSON.stringify(text)}`).join('\n')
          const { ruleSet } = unwrap(loadRules([{ name: 'x', text: `${CLASSES}${written}`, origin: 'user' }]))
          const conditions = texts.map((text) =>
            unwrap(parseCondition(text, fields, { rules: { macro: () => undefined, list: () => undefined } })),
          )
          // the second time all is known already
          for (const one of [...events, ...events]) {
            // conditions with a count are told once a minute
            const found = ruleSet.evaluate(one.event, one.context).map(({ rule }) => rule.name)
            const meant = conditions.flatMap((condition, at) =>
              compilePlainly(condition, one.event.type, fields)(subjectOf(one)) ? [`r${at}`] : [],
            )
            const counted = texts.flatMap((text, at) => (text.includes('count[') ? [`r${at}`] : []))
            expect(found.filter((name) => !counted.includes(name))).toEqual(
              meant.filter((name) => !counted.includes(name)),
            )
            expect(meant).toEqual(expect.arrayContaining(found))
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('of those that come with Yagura, are all that hold', () => {
    const own = ownConditions()
    const { ruleSet } = unwrap(loadRules(own.texts))
    expect(own.conditions.size).toBeGreaterThan(150)
    const plain = new Map(
      EVENT_TYPES.map((type) => [
        type,
        [...own.conditions].map(([name, condition]) => [name, compilePlainly(condition, type, own.fields)] as const),
      ]),
    )
    let held = 0
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 20, maxLength: 60 }), (events) => {
        for (const one of events) {
          const found = ruleSet.evaluate(one.event, one.context).map(({ rule }) => rule.name)
          const meant = (plain.get(one.event.type) ?? []).flatMap(([name, test]) =>
            test(subjectOf(one)) ? [name] : [],
          )
          held += meant.length
          expect(found.filter((name) => own.conditions.has(name))).toEqual(meant)
        }
      }),
      { numRuns: 60 },
    )
    expect(held).toBeGreaterThan(300)
  })
})

describe('what a facet says of a condition', () => {
  it('holds whenever the condition does', () => {
    fc.assert(
      fc.property(anyText, anyEvent, (text, one) => {
        const condition = unwrap(
          parseCondition(text, fields, { rules: { macro: () => undefined, list: () => undefined } }),
        )
        const { type } = one.event
        if (!compilePlainly(condition, type, fields)(subjectOf(one))) return
        for (const facet of facetsOf(type, classes)) {
          const bound = boundBy(condition, facet)
          if (typeof bound === 'boolean') expect(bound).toBe(true)
          else expect(compilePlainly(bound, type, fields)(subjectOf(one))).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

/** Conditions of our rules that are told for every event they hold for. */
function ownConditions() {
  const texts: RuleText[] = readdirSync(RULES, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(RULES, name), 'utf8'), origin: 'yagura' }))
  const collected = collect(
    texts.flatMap((text) => readItems(text, () => {})),
    () => {},
  )
  const known = ruleFields(compilePathClasses(collected.classes))
  const names = ruleNames(collected.own, known)
  const conditions = new Map<string, Condition>()
  for (const [name, { value }] of collected.rules) {
    const { condition } = value
    if (typeof condition !== 'string' || value.quiet !== undefined || condition.includes('count[')) continue
    if (value.source !== undefined || value.exceptions !== undefined || value.enabled === false) continue
    conditions.set(name, unwrap(names.parse(condition)))
  }
  return { texts, fields: known, conditions }
}
