// Tables of content/controls: which checks answer which section of a framework, and why the others are not answered.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileGlob } from '@yagura/lang'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { type ControlRef, FRAMEWORKS } from '@yagura/schema'
import { z } from 'zod'

const tableFile = z
  .object({
    framework: z.enum(FRAMEWORKS),
    title: z.string().max(256),
    edition: z.string().max(256),
    sections: z.record(z.string().max(256), z.array(z.string().max(128))),
    reasons: z.record(z.string().max(256), z.string().max(1024)).default({}),
  })
  .strict()
export type ControlTable = z.infer<typeof tableFile>

export interface Controls {
  readonly tables: readonly ControlTable[]
  readonly problems: readonly string[]
  /** Of a check; names in tables may have stars. */
  of(check: string): ControlRef[]
}

/** Files of `directory` that are tables of a framework; other files there are left alone. */
export function readControls(directory: string): Controls {
  const tables: ControlTable[] = []
  const problems: string[] = []
  for (const name of namesIn(directory)) {
    const [document] = parseYamlDocuments(readFileSync(join(directory, name)), name)
    const value = document?.value.ok ? document.value.value : undefined
    if (typeof (value as { framework?: unknown } | undefined)?.framework !== 'string') continue
    const parsed = tableFile.safeParse(value)
    if (parsed.success) tables.push(parsed.data)
    else problems.push(`${name}: ${z.prettifyError(parsed.error)}`)
  }
  const exact = new Map<string, ControlRef[]>()
  const patterns: { readonly fits: (text: string) => boolean; readonly length: number; readonly ref: ControlRef }[] = []
  for (const { framework, sections } of tables)
    for (const [section, checks] of Object.entries(sections))
      for (const check of checks) {
        const ref = { framework, section }
        if (check.includes('*')) patterns.push({ fits: compileGlob(check), length: check.length, ref })
        else exact.set(check, [...(exact.get(check) ?? []), ref])
      }
  return { tables, problems, of: (check) => exact.get(check) ?? mostSpecial(check, patterns) }
}

/** Of patterns the longest that fit. */
function mostSpecial(
  check: string,
  patterns: readonly { readonly fits: (text: string) => boolean; readonly length: number; readonly ref: ControlRef }[],
): ControlRef[] {
  const fitting = patterns.filter(({ fits }) => fits(check))
  const longest = Math.max(...fitting.map(({ length }) => length))
  return fitting.filter(({ length }) => length === longest).map(({ ref }) => ref)
}

export interface SectionCoverage {
  readonly section: string
  readonly checks: readonly string[]
  /** Of what is not implemented. */
  readonly reason: string | null
}

/** Every section of a framework, in its order. */
export function coverageOf({ sections, reasons }: ControlTable): SectionCoverage[] {
  return Object.entries(sections).map(([section, checks]) => ({
    section,
    checks,
    reason: checks.length > 0 ? null : reasonFor(section, reasons),
  }))
}

function reasonFor(section: string, reasons: Readonly<Record<string, string>>): string {
  const beginnings = Object.keys(reasons).filter((one) => section === one || section.startsWith(`${one}.`))
  const longest = beginnings.toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? '' : (reasons[longest] ?? '')
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
