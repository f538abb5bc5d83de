// Records of a target from content/checks, those of the profile only.
import { fileURLToPath } from 'node:url'
import { type CompiledCheck, loadChecks, readRecords } from '@yagura/compliance'
import type { ControlRef } from '@yagura/schema'
import type { CheckProblem } from '../report.ts'

export const CONTROLS = fileURLToPath(new URL('../../../../../../content/controls', import.meta.url))
export const CONTENT = fileURLToPath(new URL('../../../../../../content/checks', import.meta.url))

export function recordsOf(target: string, profile: string | undefined) {
  const { records, problems } = readRecords(`${CONTENT}/${target}`)
  const loaded = loadChecks(records)
  const checks: CompiledCheck[] = loaded.checks.filter(({ check }) => fitsProfile(check, profile))
  return {
    checks,
    problems: [...problems, ...loaded.problems].map((message): CheckProblem => ({ subject: target, message })),
  }
}

/** A framework, `cis-*`, an id or a pattern of ids with a star at its end. */
export function fitsProfile(
  { id, controls }: { readonly id: string; readonly controls: readonly ControlRef[] },
  profile: string | undefined,
): boolean {
  if (profile === undefined || profile === 'all') return true
  const fits = profile.endsWith('*')
    ? (name: string) => name.startsWith(profile.slice(0, -1))
    : (name: string) => name === profile
  return fits(id) || controls.some(({ framework }) => fits(framework))
}
