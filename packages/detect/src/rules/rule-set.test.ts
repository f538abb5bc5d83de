// Compiled rules against the plain meaning of their conditions, sequences, counts, and samples.
import { unwrap } from '@yagura/kernel'
import { type Condition, compileCondition, parseCondition } from '@yagura/lang'
import { compileRegex } from '@yagura/lang/regex'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCondition } from '../testing/conditions.ts'
import { ruleFields } from './fields/index.ts'
import { loadRules } from './load.ts'
import { compilePathClasses } from './path-class.ts'
import { readSample, type Sample } from './samples/sketch.ts'
import { readerOf } from './specialise.ts'
import type { Subject } from './subject.ts'

const classes = compilePathClasses(
  new Map([
    ['secret', ['etc/shadow', '.ssh/']],
    ['temp', ['/tmp/']],
  ]),
)
const fields = ruleFields(classes)
const CLASSES = '- class: secret\n  paths: [etc/shadow, .ssh/]\n- class: temp\n  paths: [/tmp/]\n'

const SKETCHES = [
  { exec: '/bin/sh', args: 'sh -i', tags: ['NET_IN'], parent: '/usr/sbin/nginx' },
  { exec: '/tmp/x', layer: 'upper', command: '' },
  { open: '/host/etc/shadow', by: '/bin/cat', layer: 'mount' },
  { open: '/tmp/.ssh/x', flags: 'create', by: '/bin/sh', filetags: ['DL'] },
  { rename: '/tmp/a', to: '/etc/shadow' },
  { connect: '10.0.0.9:4444', by: '/bin/sh' },
  { namespace: 'unshare', kinds: ['user', 'mount'] },
  { kill: '/usr/sbin/sshd', where: 'host' },
  { call: 'bpf' },
]
const subjects = SKETCHES.flatMap((sketch) => unwrap(readSample(sketch))).filter((sample) => sample.kind === 'event')

const TESTS = [
  'evt.type = execve',
  'evt.kind in (exec, open)',
  'evt.kind != open',
  'proc.name = sh',
  'exe.name in (sh, cat)',
  'proc.name startswith s',
  'file.class = secret',
  'file.class in (secret, temp)',
  'file.newclass = secret',
  'not file.class = temp',
  'proc.tag = NET_IN',
  'file.tag in (DL, DROP)',
  'parent.name = nginx',
  'exe.layer = upper',
  'in.container = true',
  'evt.dir = <',
  'evt.num = 0',
  'open.write = true',
  'peer.port = 4444',
  'fd.sip = "10.0.0.0/8"',
  'namespace.kind = user',
  'target.where = host',
  'proc.aname in (nginx)',
  'proc.args contains -i',
  'evt.rawres >= 0',
  'proc.cwd exists',
  'proc.duration > 1',
  'exe.name = val(proc.name)',
  'tolower(proc.name) = sh',
]

const anyText = anyCondition(TESTS, 4)

/** What the condition means, without any of the short cuts. */
function plainly(condition: Condition, sample: Sample & { kind: 'event' }): boolean {
  const { event, context } = sample
  const subject: Subject = { event, context, turn: 0 } as Subject
  const test = compileCondition<Subject>(
    condition,
    (use) => (one) => {
      const read = readerOf(use, event.type, fields)
      return typeof read === 'function' ? read(one) : read?.constant
    },
    { regex: compileRegex },
  )
  return test(subject)
}

describe('a rule set', () => {
  it('judges as the conditions mean, whatever is decided, shared and skipped', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), (texts) => {
        const written = texts.map((text, at) => `- rule: r${at}\n  condition: ${text}`).join('\n')
        const { ruleSet } = unwrap(loadRules([{ name: 'x', text: `${CLASSES}${written}`, origin: 'user' }]))
        const conditions = texts.map((text) =>
          unwrap(parseCondition(text, fields, { rules: { macro: () => undefined, list: () => undefined } })),
        )
        for (const sample of subjects) {
          const found = ruleSet.evaluate(sample.event, sample.context).map(({ rule }) => rule.name)
          const meant = conditions.flatMap((condition, at) => (plainly(condition, sample) ? [`r${at}`] : []))
          expect(found.toSorted()).toEqual(meant)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('looks at no kind of event that cannot be meant', () => {
    const { ruleSet } = unwrap(
      loadRules([
        {
          name: 'x',
          text: '- rule: a\n  condition: evt.type = execve or (evt.kind = open and evt.num = 0)',
          origin: 'user',
        },
      ]),
    )
    expect([...ruleSet.eventTypes]).toEqual(['exec', 'trace', 'credential', 'call'])
  })
})

describe('sequences', () => {
  const text = `
- rule: steps
  sequence:
    within: 30s
    steps: [evt.kind = exec and proc.name = tar, evt.kind = connect, evt.kind = unlink]`

  function matches(sketches: readonly unknown[], by = 'lineage'): string[][] {
    const { ruleSet } = unwrap(
      loadRules([{ name: 'x', text: text.replace('within', `by: ${by}\n    within`), origin: 'user' }]),
    )
    return unwrap(readSample(sketches)).flatMap((sample) =>
      sample.kind === 'event'
        ? ruleSet.evaluate(sample.event, sample.context).map(({ eventIds }) => [...eventIds])
        : [],
    )
  }
  const shell = { exe: '/bin/sh', pid: 50 }
  const steps = [
    { exec: '/bin/tar', pid: 101, parent: shell },
    { connect: '10.0.0.9:80', pid: 102, parent: shell },
    { unlink: '/tmp/x', pid: 103, parent: shell },
  ]

  it('hold in order, within their time, and name the events of all steps', () => {
    expect(matches(steps)).toEqual([['sample.0.0', 'sample.0.1', 'sample.0.2']])
  })
  it('do not hold in another order', () => {
    expect(matches([steps[1], steps[0], steps[2]])).toEqual([])
  })
  it('do not hold when it takes longer', () => {
    expect(matches([steps[0], steps[1], { ...steps[2], after: 40 }])).toEqual([])
  })
  it('belong to processes near each other', () => {
    const stranger = { ...steps[2], parent: { exe: '/bin/sh', pid: 51 } }
    expect(matches([steps[0], steps[1], stranger])).toEqual([])
    expect(matches([steps[0], steps[1], stranger], 'container')).toHaveLength(1)
    expect(matches(steps, 'process')).toEqual([])
  })
  it('begin anew after they held', () => {
    expect(matches([...steps, ...steps])).toHaveLength(2)
    expect(matches([...steps, steps[2]])).toHaveLength(1)
  })
})

it('says what it counted once for a container within its time', () => {
  const text = '- rule: many\n  condition: evt.kind = connect and count[port,10s] >= 3\n  quiet: 20s'
  const { ruleSet } = unwrap(loadRules([{ name: 'x', text, origin: 'user' }]))
  const sketches = [0, 1, 30].map((after) => ({ connect: '10.0.0.9:80', counts: { port: 5 }, after }))
  const held = unwrap(readSample(sketches)).map((sample) =>
    sample.kind === 'event' ? ruleSet.evaluate(sample.event, sample.context).length : 0,
  )
  expect(held).toEqual([1, 0, 1])
})

describe('kinds of paths', () => {
  const patterns = ['etc/shadow', '/etc/x/', '.ssh/id_*', '/proc/*/environ', 'a/']
  const word = fc.constantFrom('etc', 'shadow', 'x', '.ssh', 'id_rsa', 'proc', '7', 'environ', 'a', 'b')

  /** The same by comparing every pattern at every place. */
  function slowly(pattern: string, path: string): boolean {
    const wanted = pattern.split('/').filter(Boolean)
    const parts = path.split('/').filter(Boolean)
    const fits = (start: number) =>
      wanted.every((one, at) => {
        const part = parts[start + at]
        return part !== undefined && new RegExp(`^${one.replace('.', '\\.').replace('*', '.*')}$`).test(part)
      }) && (pattern.endsWith('/') ? parts.length > start + wanted.length : parts.length === start + wanted.length)
    return pattern.startsWith('/') ? fits(0) : parts.some((_, start) => fits(start))
  }

  it('are found in one walk as they are by comparing everywhere', () => {
    const compiled = compilePathClasses(new Map(patterns.map((pattern, at) => [`c${at}`, [pattern]])))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (parts) => {
        const path = `/${parts.join('/')}`
        const { low } = compiled.maskOf(path)
        expect(patterns.map((_, at) => ((low >>> at) & 1) === 1)).toEqual(
          patterns.map((pattern) => slowly(pattern, path)),
        )
      }),
    )
  })
})

describe('samples', () => {
  it.each([
    [{}, 'names its kind'],
    [{ exec: '/x', colour: 'red' }, 'no "colour"'],
    [{ exec: '/x', tags: ['NO'] }, 'tags'],
    [{ connect: 'nowhere' }, 'connect'],
    [7, 'a map'],
  ])('%j is refused', (sketch, said) => {
    expect(readSample(sketch)).toMatchObject({ ok: false, error: { message: expect.stringContaining(said) } })
  })
})
