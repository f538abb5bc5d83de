// Policies and manifests, and the YAML they come in. CEL by itself is with the texts.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkManifests, checkPodSecurity, evaluate, loadManifestChecks } from '@yagura/policy'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import type { FuzzedParser } from '../parser.ts'
import { seedsFrom } from '../seeds.ts'

const CHECKS = join(import.meta.dirname, '../../../content/checks/kubernetes')

function documents(bytes: Buffer): unknown[] {
  return parseYamlDocuments(bytes, 'x').flatMap(({ value }) => (value.ok ? [value.value] : []))
}

function compiledChecks() {
  const files = readdirSync(CHECKS).filter((name) => name.endsWith('.yaml'))
  return loadManifestChecks(files.flatMap((name) => documents(readFileSync(join(CHECKS, name))).flat())).checks
}

let checks: ReturnType<typeof compiledChecks> | undefined

export const policyParsers: readonly FuzzedParser[] = [
  {
    name: 'policy/documents',
    seeds: () => seedsFrom('packages/policy/src', 'policy'),
    parse(bytes) {
      const all = documents(bytes)
      return evaluate(all, all, { nowMs: () => 0 })
    },
  },
  {
    name: 'policy/manifests',
    seeds: () => seedsFrom('packages/policy/src/manifests', 'manifests'),
    parse(bytes) {
      checks ??= compiledChecks()
      const all = documents(bytes)
      for (const one of all) checkPodSecurity(one, 'restricted')
      return checkManifests(all, { checks, observedAt: '2026-01-01T00:00:00.000Z' })
    },
  },
  {
    name: 'yaml/documents',
    seeds: () => seedsFrom('packages/safe-io/src/yaml', 'yaml'),
    parse: (bytes) => parseYamlDocuments(bytes, 'x'),
  },
]
