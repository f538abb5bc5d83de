// Every check of a product against one server of it, read-only and within two seconds.
import type { Clock } from '@yagura/kernel'
import type { CheckResult } from '@yagura/schema'
import { judge } from '../../engine/judge.ts'
import type { CompiledCheck } from '../../engine/record.ts'
import { defaultRootLimits, openContainerRoot, type RootLimits } from '../../reader/container-root.ts'
import { foreignMounts } from '../../reader/foreign-mounts.ts'
import { openProbe, type ProbeTarget } from './probe/probe.ts'
import type { MiddlewareInstance } from './process.ts'
import type { Loaded } from './product.ts'
import { products } from './products.ts'
import { type Credentials, openRuntime } from './runtime/runtime.ts'
import { withDeadline } from './sources/deadline.ts'
import { type Asker, readerOf } from './sources/read.ts'

export interface MiddlewareOptions {
  /** Of every product; those of others are left out. */
  readonly checks: readonly CompiledCheck[]
  readonly clock: Clock
  readonly limits?: RootLimits
  /** Connect to the container's own addresses, or to the one given. Off unless it is asked for. */
  readonly probe?: ProbeTarget | undefined
  /** To ask the server itself. */
  readonly credentials?: Credentials | undefined
  /** Answers of a server, instead of asking one. */
  readonly runtime?: Asker | undefined
  /** Answers of a probe, instead of sending one. */
  readonly prober?: Asker | undefined
  readonly assetKey?: string | null
  readonly expected?: ReadonlyMap<string, unknown>
}

/** For everything that is asked of one server. */
const SPAN_MS = 1900

export async function checkMiddleware(
  instance: MiddlewareInstance,
  options: MiddlewareOptions,
): Promise<CheckResult[]> {
  const product = products[instance.product]
  const root = openContainerRoot(
    instance.process.root,
    options.limits ?? defaultRootLimits,
    foreignMounts(instance.process.directory),
    () => options.clock.monotonicMs(),
  )
  const endsMs = options.clock.monotonicMs() + SPAN_MS
  const bounded = (asker: Asker | undefined) => asker && withDeadline(asker, options.clock, endsMs)
  const probe = bounded(options.prober ?? (options.probe ? openProbe(instance, options.probe) : undefined))
  const runtime = bounded(
    options.runtime ?? (options.credentials ? openRuntime(instance, options.credentials) : undefined),
  )
  try {
    const loaded = product.load(instance, root)
    const subject = {
      resource: instance.resource,
      assetKey: options.assetKey ?? null,
      read: readerOf({ instance, product, loaded, root, probe, runtime }),
      unset: { version: loaded.version, truths: truthsOf(loaded) },
      variables: variablesOf(loaded),
      observedAt: new Date(options.clock.nowMs()).toISOString(),
      ...(options.expected && { expected: options.expected }),
    }
    const results: CheckResult[] = []
    for (const check of options.checks)
      if (check.check.product === instance.product) results.push(await judge(check, subject))
    return results
  } finally {
    root.close()
    await runtime?.close?.()
  }
}

function truthsOf({ facts, flavor, edition }: Loaded): Set<string> {
  const names = Object.entries(facts).flatMap(([name, value]) => (value === true ? [name] : []))
  return new Set([...names, flavor, edition].filter((name) => name !== ''))
}

function variablesOf({ facts, version, flavor, edition }: Loaded): Record<string, unknown> {
  const number = /^\d+(\.\d+)?/.exec(version ?? '')?.[0]
  return { facts, flavor, edition, env: {}, host: {}, baseline: {}, ...(number && { version: Number(number) }) }
}
