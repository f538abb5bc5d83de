// Files written for Falco, in its own language: what is used of them, and what is said of the rest.
import { unwrap } from '@yagura/kernel'
import { describe, expect, it } from 'vitest'
import { loadRules } from './load.ts'
import { readSample } from './samples/sketch.ts'

function load(text: string, ...more: string[]) {
  return unwrap(
    loadRules(
      [text, ...more].map((one, at) => ({ name: `rules${at}.yaml`, text: one, origin: 'user' as const })),
      { skipBroken: true },
    ),
  )
}

/** Names of the rules that hold for a sketch. */
function found(text: string, sketch: unknown): string[] {
  const { ruleSet } = load(text)
  return unwrap(readSample(sketch)).flatMap((sample) =>
    sample.kind === 'audit'
      ? ruleSet.evaluateAudit(sample.audit).map(({ rule }) => rule.name)
      : ruleSet.evaluate(sample.event, sample.context).map(({ rule }) => rule.name),
  )
}

const BASE = `
- required_engine_version: 0.57.0
- required_plugin_versions: [{name: container, version: 0.4.0}]
- macro: spawned
  condition: (evt.type in (execve, execveat) and evt.dir=<)
- macro: opened_for_reading
  condition: (evt.type in (open,openat,openat2) and evt.is_open_read=true and fd.typechar='f' and fd.num>=0)
- macro: inside
  condition: (container.id != host)
- macro: nothing
  condition: (evt.num=0)
- list: shells
  items: [bash, sh, '"(odd)"']
- list: more_shells
  items: [shells, zsh]
`

describe('conditions of Falco', () => {
  const rule = (condition: string, more = '') => `${BASE}
- rule: one
  desc: a rule
  condition: ${condition}
  output: found %proc.name
  priority: WARNING
${more}`

  it.each([
    ['spawned and inside and proc.name in (more_shells)', { exec: '/bin/zsh' }, { exec: '/bin/ls' }],
    ['spawned and proc.name in shells', { exec: '/bin/sh' }, { open: '/bin/sh' }],
    ['spawned and not inside', { exec: '/bin/sh', host: true }, { exec: '/bin/sh' }],
    [
      'spawned and proc.aname[2]=nginx',
      { exec: '/bin/sh', grand: '/usr/sbin/nginx' },
      { exec: '/bin/sh', parent: '/usr/sbin/nginx' },
    ],
    ['spawned and proc.aname in (nginx)', { exec: '/bin/sh', grand: '/usr/sbin/nginx' }, { exec: '/usr/sbin/nginx' }],
    [
      'spawned and not proc.pname exists or proc.pname in (runc:[0:PARENT], app)',
      { exec: '/bin/sh', parent: '/usr/bin/app' },
      { exec: '/bin/sh', parent: '/bin/x' },
    ],
    ['opened_for_reading and fd.name pmatch (/etc, /root/*)', { open: '/etc/x/y' }, { open: '/etcetera' }],
    [
      'opened_for_reading and fd.directory=/etc and fd.filename glob "sh*w"',
      { open: '/etc/shadow' },
      { open: '/etc/x/shadow' },
    ],
    [
      'evt.type=connect and fd.sip="10.0.0.9" and fd.sport in (80, 443)',
      { connect: '10.0.0.9:443' },
      { connect: '10.0.0.8:443' },
    ],
    [
      'evt.type=connect and fd.snet in ("10.0.0.0/8", "fd00::/8") and fd.net != "127.0.0.0/8"',
      { connect: '10.9.9.9:1' },
      { connect: '11.0.0.1:1' },
    ],
    [
      'evt.type=connect and (evt.rawres >= 0 or evt.res = EINPROGRESS)',
      { connect: '1.2.3.4:1', result: -115 },
      { connect: '1.2.3.4:1', result: -111 },
    ],
    [
      'evt.type=unlinkat and evt.arg.name endswith "ash_history"',
      { unlink: '/root/.bash_history' },
      { unlink: '/root/x' },
    ],
    [
      'evt.type in (rename, renameat2) and evt.arg.newpath startswith /bin/',
      { rename: '/tmp/x', to: '/bin/ls' },
      { rename: '/bin/ls', to: '/tmp/x' },
    ],
    [
      'evt.type=symlinkat and evt.arg.target=/ and evt.arg.linkpath contains log',
      { link: '/', to: '/var/log/x' },
      { link: '/', to: '/x' },
    ],
    [
      'evt.type in (chmod, fchmodat) and evt.arg.mode contains S_ISUID',
      { chmod: '/x', mode: 0o4755 },
      { chmod: '/x', mode: 0o755 },
    ],
    [
      'evt.type=setns or evt.type=unshare and evt.arg.flags contains CLONE_NEWUSER',
      { namespace: 'unshare', kinds: ['user'] },
      { namespace: 'unshare', kinds: ['pid'] },
    ],
    [
      'evt.type=ptrace and evt.arg.request in (PTRACE_POKEDATA, PTRACE_ATTACH)',
      { trace: '/bin/x', action: 'write' },
      { trace: '/bin/x', action: 'control' },
    ],
    [
      'evt.type=dup2 and fd.type in ("ipv4", "ipv6") and evt.rawres in (0, 1, 2)',
      { stdio: 'socket:10.0.0.1:4444', number: 0 },
      { stdio: 'pipe:3', number: 0 },
    ],
    [
      'spawned and proc.is_exe_upper_layer=true and evt.arg.flags contains EXE_UPPER_LAYER',
      { exec: '/tmp/x', layer: 'upper' },
      { exec: '/bin/x' },
    ],
    [
      'spawned and proc.env icontains http_proxy',
      { exec: '/usr/bin/curl', env: ['HTTP_PROXY=x'] },
      { exec: '/usr/bin/curl' },
    ],
    [
      'spawned and proc.args regex ".*(-i|--interactive).*"',
      { exec: '/bin/sh', args: 'sh -i' },
      { exec: '/bin/sh', args: 'sh -c' },
    ],
    [
      'spawned and toupper(proc.name) = SH and basename(proc.exepath) = val(proc.name)',
      { exec: '/bin/sh' },
      { exec: '/bin/sh', command: 'SH2' },
    ],
    [
      'spawned and len(proc.args) > 3 and proc.cmdline bcontains 2d69',
      { exec: '/bin/sh', args: 'sh -i x' },
      { exec: '/bin/sh', args: 'sh x' },
    ],
    ['jevt.value[/stage] in (ResponseComplete) and ka.verb=create', null, null],
  ] as const)('%s', (condition, yes, no) => {
    const text = rule(condition)
    expect(load(text).problems.filter(({ level }) => level === 'error')).toEqual([])
    if (yes !== null) expect(found(text, yes)).toEqual(['one'])
    if (no !== null) expect(found(text, no)).toEqual([])
  })

  it('reads the audit log by its source', () => {
    const text = rule(
      'jevt.value[/stage] in (ResponseComplete) and ka.verb=create and ka.req.pod.containers.privileged intersects (true) and not ka.target.subresource exists',
      '  source: k8s_audit',
    )
    const object = { spec: { containers: [{ image: 'x', securityContext: { privileged: true } }] } }
    expect(found(text, { audit: 'create pods', object })).toEqual(['one'])
    expect(found(text, { audit: 'create pods/exec', object })).toEqual([])
  })

  it('leaves exceptions out', () => {
    const text = rule(
      'spawned',
      `  exceptions:
    - {name: pairs, fields: [proc.name, proc.pname], comps: [=, in], values: [[sh, [cron, app]]]}
    - {name: names, fields: proc.name, comps: in, values: [vi, ed]}
    - {name: later, fields: [proc.exepath, user.uid]}
- rule: one
  exceptions: [{name: names, values: [ex]}]
  append: true`,
    )
    expect(found(text, { exec: '/bin/sh', parent: '/usr/sbin/cron' })).toEqual([])
    expect(found(text, { exec: '/bin/sh', parent: '/usr/sbin/nginx' })).toEqual(['one'])
    for (const name of ['vi', 'ed', 'ex']) expect(found(text, { exec: `/bin/${name}` })).toEqual([])
  })

  it('fills in sentences', () => {
    const { ruleSet } = load(
      rule('spawned').replace('found %proc.name', '"%proc.name by %proc.aname[1] (%fd.name) %evt.type"'),
    )
    const [sample] = unwrap(readSample({ exec: '/bin/sh', parent: '/usr/sbin/nginx' }))
    if (sample?.kind !== 'event') throw new Error('no event')
    expect(ruleSet.evaluate(sample.event, sample.context)[0]?.sentence).toEqual({
      en: 'sh by nginx (<NA>) execve, execveat',
    })
  })
})

describe('appending and overriding', () => {
  const text = `${BASE}
- rule: one
  desc: x
  condition: spawned and proc.name in (shells)
  output: x
  priority: CRITICAL
  tags: [T1059, mitre_execution]`

  it.each([
    ['a list is appended to', '- list: shells\n  items: [fish]\n  append: true', '/bin/fish', true],
    ['a list is replaced', '- list: shells\n  items: [fish]', '/bin/sh', false],
    ['a list is overridden', '- list: shells\n  items: [fish]\n  override: {items: append}', '/bin/fish', true],
    ['a condition is appended to', '- rule: one\n  condition: and user.uid = 7\n  append: true', '/bin/sh', false],
    ['a condition is replaced', '- rule: one\n  condition: spawned\n  override: {condition: replace}', '/bin/ls', true],
    ['a macro is appended to', '- macro: spawned\n  condition: and user.uid = 7\n  append: true', '/bin/sh', false],
    ['a rule is switched off', '- rule: one\n  enabled: false', '/bin/sh', false],
  ])('%s', (_, more, exec, holds) => {
    expect(found(`${text}\n${more}`, { exec })).toEqual(holds ? ['one'] : [])
  })

  it('says so when there is nothing to change', () => {
    expect(load('- rule: two\n  condition: and x\n  append: true').problems[0]?.message).toContain('not defined before')
  })

  it('makes severity, grade and place of Falco’s words', () => {
    expect(load(text).ruleSet.rules[0]).toMatchObject({
      severity: 'critical',
      grade: 'medium',
      techniques: ['T1059'],
      tactics: ['execution'],
    })
  })
})

describe('what cannot be used', () => {
  it('is told by file, line, rule and field', () => {
    const { problems, ruleSet } = load(`${BASE}
- rule: bad field
  desc: x
  condition: spawned and proc.colour = red
  output: x
  priority: INFO
- rule: not filled
  desc: x
  condition: spawned and proc.duration > 5
  output: x %no.such
  priority: INFO
- rule: elsewhere
  desc: x
  condition: x.y = 1
  output: x
  priority: INFO
  source: aws_cloudtrail`)
    expect(problems.filter(({ level }) => level === 'note').map(({ line }) => line)).toEqual([2, 3])
    expect(problems.filter(({ level }) => level !== 'note')).toEqual([
      expect.objectContaining({
        level: 'error',
        rule: 'bad field',
        field: 'proc.colour',
        line: 19,
        file: 'rules0.yaml',
      }),
      expect.objectContaining({ level: 'warning', rule: 'not filled', field: 'proc.duration', line: 24 }),
      expect.objectContaining({ level: 'warning', rule: 'not filled', field: 'no.such' }),
      expect.objectContaining({ level: 'warning', rule: 'not filled', message: expect.stringContaining('never true') }),
      expect.objectContaining({ level: 'error', rule: 'elsewhere', line: 32 }),
    ])
    expect(ruleSet.rules.map(({ name }) => name)).toEqual(['not filled'])
  })

  it('refuses all where nothing may be left out', () => {
    const texts = [{ name: 'a.yaml', text: '- rule: x\n  condition: no.field = 1', origin: 'user' as const }]
    expect(loadRules(texts)).toMatchObject({
      ok: false,
      error: { code: 'INPUT_INVALID', message: expect.stringContaining('a.yaml:2') },
    })
  })

  it('keeps words of others out of our rules', () => {
    const own = {
      name: 'own.yaml',
      origin: 'yagura' as const,
      text: '- macro: inside\n  condition: in.container = true\n- rule: ours\n  condition: evt.kind = exec and inside',
    }
    const theirs = {
      name: 'their.yaml',
      origin: 'user' as const,
      text: '- macro: inside\n  condition: in.container = false\n- rule: theirs\n  condition: evt.kind = exec and inside',
    }
    const { ruleSet } = unwrap(loadRules([own, theirs]))
    const [sample] = unwrap(readSample({ exec: '/bin/sh' }))
    if (sample?.kind !== 'event') throw new Error('no event')
    expect(ruleSet.evaluate(sample.event, sample.context).map(({ rule }) => rule.name)).toEqual(['ours'])
  })
})
