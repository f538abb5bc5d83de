// A sample in a few words → an event with its surroundings. `{exec: /tmp/x, layer: upper}` is a program started from the
// writable layer by /usr/bin/app, in a container that has run for an hour.

import { err, ok, type Result } from '@yagura/kernel'
import type { AuditEvent } from '@yagura/schema'
import { EVENT_TYPES, event as eventSchema, type KernelEvent } from '@yagura/schema'
import type { ProcessView, RuleContext } from '../../contract/context.ts'
import { tagMask } from '../../contract/tags.ts'
import { type Common, common } from './common.ts'
import { eventOf } from './events.ts'
import { descriptorOf, splitArgs } from './words.ts'

export type Sample =
  | { readonly kind: 'event'; readonly event: KernelEvent; readonly context: RuleContext }
  | { readonly kind: 'audit'; readonly audit: AuditEvent }

const START_MS = Date.UTC(2026, 0, 1)

/** One sample: a sketch, or several in order. */
export function readSample(
  written: unknown,
): Result<readonly Sample[], { readonly code: string; readonly message: string }> {
  const samples: Sample[] = []
  let atMs = START_MS
  for (const sketch of Array.isArray(written) ? written : [written]) {
    if (typeof sketch !== 'object' || sketch === null) return wrong('A sample is a map such as {exec: /tmp/x}.')
    if ('audit' in sketch) {
      samples.push({ kind: 'audit', audit: auditOf(sketch as Record<string, unknown>, atMs) })
      continue
    }
    const type = EVENT_TYPES.find((name) => name in sketch && !(name === 'stdio' && Array.isArray(sketch.stdio)))
    if (!type) return wrong(`A sample names its kind of event first: ${EVENT_TYPES.join(', ')} or audit.`)
    const checked = common.safeParse(type === 'stdio' ? { ...sketch, stdio: undefined } : sketch)
    if (!checked.success) {
      const [issue] = checked.error.issues
      return wrong(`${issue?.path.join('.')}: ${issue?.message}`)
    }
    const { data } = checked
    const special = Object.fromEntries(
      Object.entries(sketch).filter(([key]) => !(key in common.shape) || key === 'env' || key === type),
    )
    for (let time = 0; time < data.times; time += 1) {
      atMs += data.after * 1000
      const made = eventOf(type, special, data, base(data, samples.length, atMs), time)
      if (!made.ok) return wrong(made.error)
      const event = eventSchema.safeParse(made.value)
      if (!event.success)
        return wrong(`${type}: ${event.error.issues[0]?.path.join('.')}: ${event.error.issues[0]?.message}`)
      samples.push({ kind: 'event', event: event.data, context: contextOf(data, event.data) })
    }
  }
  return ok(samples)
}

function wrong(message: string) {
  return err({ code: 'INPUT_INVALID', message })
}

function base(data: Common, number: number, atMs: number) {
  const [parent, grand] = ancestorsOf(data)
  return {
    id: `sample.0.${number}`,
    at: new Date(atMs).toISOString(),
    source: 'ebpf',
    pid: data.pid,
    tid: data.pid,
    parentPid: parent?.pid ?? 1,
    startNs: String(data.pid * 1000),
    uid: data.uid,
    gid: data.uid,
    command: data.command ?? data.by.slice(data.by.lastIndexOf('/') + 1).slice(0, 15),
    exe: data.by,
    cgroupId: data.host ? '1' : '77',
    containerId: data.host ? null : 'c1',
    ancestry: [parent, grand].flatMap((one) => (one ? [{ pid: one.pid, exe: one.exe, startNs: one.startNs }] : [])),
  }
}

function view(data: Common, exe: string, over: Partial<ProcessView>): ProcessView {
  return {
    pid: data.pid,
    startNs: String(data.pid * 1000),
    exe,
    exeInode: '5',
    exeLayer: 'image',
    command: exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15),
    args: [exe],
    cwd: '/',
    uid: data.uid,
    terminal: false,
    stdio: [],
    environment: [],
    containerId: data.host ? null : 'c1',
    tags: 0,
    isContainerInit: false,
    ...over,
  }
}

function ancestorsOf(data: Common): ProcessView[] {
  return [data.parent, data.grand].flatMap((written, depth) => {
    if (written === undefined) return []
    const one = typeof written === 'string' ? { exe: written } : written
    const pid = ('pid' in one ? one.pid : undefined) ?? 50 - depth
    return [
      view(data, one.exe, {
        pid,
        startNs: String(pid * 1000),
        args: splitArgs('args' in one ? one.args : undefined, one.exe),
        exeLayer: (('layer' in one ? one.layer : undefined) ?? 'image') as ProcessView['exeLayer'],
        tags: tagMask(...(('tags' in one ? one.tags : undefined) ?? [])),
        isContainerInit: ('init' in one ? one.init : undefined) ?? false,
      }),
    ]
  })
}

function contextOf(data: Common, event: KernelEvent): RuleContext {
  const above = ancestorsOf(data)
  const exec = event.type === 'exec' ? event : undefined
  return {
    container: data.host || data.unknown ? null : containerOf(data),
    process: view(data, event.exe, {
      args: exec ? exec.args : splitArgs(data.args, data.by),
      exeLayer: (exec?.exeLayer ?? data.exelayer) as ProcessView['exeLayer'],
      command: event.command,
      terminal: data.terminal,
      stdio: data.stdio.map(descriptorOf),
      environment: data.env,
      tags: tagMask(...data.tags),
      isContainerInit: data.init,
    }),
    ancestor: (depth) => above[depth],
    objectTags: tagMask(...data.filetags),
    rarity01: data.rarity,
    learning: data.learning,
    expected: data.expected,
    containerAgeMs: data.host ? null : data.age * 1000,
    count: (what) => data.counts[what] ?? 0,
  }
}

function containerOf(data: Common): NonNullable<RuleContext['container']> {
  return {
    containerId: 'c1',
    assetKey: 'container:c1',
    name: 'web',
    imageName: data.image,
    imageDigest: null,
    repository: data.image.replace(/:[^:/]*$/, ''),
    labels: data.labels,
    pod: null,
    workload: null,
    privileged: data.privileged,
    hostNamespaces: [],
    commandLine: [],
    initPid: 1,
    startedAtMs: START_MS,
  }
}

function auditOf(sketch: Record<string, unknown>, atMs: number): AuditEvent {
  const [verb = 'get', resource = 'pods'] = String(sketch.audit).split(' ')
  return {
    auditId: 'a1',
    atMs,
    stage: String(sketch.stage ?? 'ResponseComplete'),
    verb,
    user: String(sketch.user ?? 'alice'),
    groups: (sketch.groups as string[] | undefined) ?? ['system:authenticated'],
    sourceAddresses: ['10.0.0.5'],
    userAgent: String(sketch.agent ?? 'kubectl/v1'),
    resource,
    namespace: sketch.namespace === null ? null : String(sketch.namespace ?? 'default'),
    name: sketch.name === undefined ? null : String(sketch.name),
    responseCode: Number(sketch.code ?? 200),
    podUid: sketch.pod === undefined ? null : String(sketch.pod),
    requestObject: (sketch.object as Record<string, unknown> | undefined) ?? null,
  }
}
