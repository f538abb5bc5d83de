// What an end-to-end test needs of this machine. Missing: said aloud, and a failure where CI=true; never a silent skip.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { missingPrerequisites } from '@yagura/testbed'
import { describe, expect, test } from 'vitest'

export const CHROMIUM = '/usr/bin/chromium'
export const checkout = join(import.meta.dirname, '../../..')

export type Requirement = 'node' | 'data' | 'sensor' | 'browser'

const CHECKS: Record<Requirement, () => string[]> = {
  node: () => missingPrerequisites(),
  data: () => (existsSync(join(process.env.YAGURA_DATA ?? '', 'osv')) ? [] : ['YAGURA_DATA (osv/ and rootfs/)']),
  sensor: () => [
    ...(existsSync('/sys/kernel/btf/vmlinux') ? [] : ['a kernel with BTF']),
    ...(existsSync(join(checkout, 'bpf/build/yagura.bpf.o')) ? [] : ['the BPF object (npm run bpf builds it)']),
  ],
  browser: () => [
    ...(existsSync(CHROMIUM) ? [] : [CHROMIUM]),
    ...(existsSync(join(checkout, 'apps/console/dist/index.html')) ? [] : ['the built console']),
  ],
}

/** A suite that runs where everything it needs is there. */
export function describeWith(requirements: readonly Requirement[], name: string, body: () => void): void {
  const missing = requirements.flatMap((requirement) => CHECKS[requirement]())
  test(`${name}: this machine has what it needs`, () => {
    if (missing.length > 0) console.error(`NOT TESTED: ${name} needs ${missing.join(', ')}.`)
    expect(process.env.CI === 'true' ? missing : []).toEqual([])
  })
  describe.skipIf(missing.length > 0)(name, body)
}
