// Checks of the components of Kubernetes on one node: the kubelet, the control plane, etcd; from what they answer, their flags and files.
import type { CheckResult } from '@yagura/schema'
import { judge } from '../../engine/judge.ts'
import type { CompiledCheck } from '../../engine/record.ts'
import { judgeAnonymousAccess } from './anonymous.ts'
import { type Component, flagOf } from './component.ts'
import { componentReader, configurationPath } from './read.ts'

export interface CheckComponentsOptions {
  readonly components: readonly Component[]
  /** Records of target kubernetes whose product is a component. */
  readonly checks: readonly CompiledCheck[]
  readonly node: string
  readonly assetKey: string | null
  readonly observedAt: string
  readonly expected?: ReadonlyMap<string, unknown>
}

/** The record that is answered by asking, not by a value. */
const ANONYMOUS_ACCESS = 'K8S-KUBELET-01'

export async function checkComponents(options: CheckComponentsOptions): Promise<CheckResult[]> {
  const { assetKey, observedAt, expected } = options
  const results: CheckResult[] = []
  for (const component of options.components) {
    const resource = `${options.node}/${component.name}`
    const read = componentReader(component)
    const withFile = configurationPath(component) !== undefined
    const truths = new Set([withFile ? 'config-file' : 'no-config-file'])
    const variables = { facts: factsOf(component, withFile), version: Number.parseFloat(component.version ?? '0') }
    for (const check of options.checks) {
      if (check.check.product !== component.name) continue
      if (check.check.id === ANONYMOUS_ACCESS) {
        results.push(judgeAnonymousAccess(component, check.check, { resource, assetKey, observedAt }))
        continue
      }
      const subject = { resource, assetKey, observedAt, read, variables, unset: { version: component.version, truths } }
      results.push(await judge(check, { ...subject, ...(expected ? { expected } : {}) }))
    }
  }
  return results
}

function factsOf({ commandLine }: Component, withFile: boolean) {
  return {
    configFile: withFile,
    auditLog: flagOf(commandLine, 'audit-log-path') !== undefined,
  }
}
