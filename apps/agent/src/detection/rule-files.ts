// Rule files: ours beside the program, the operator's in a directory of their own. Looked at every few seconds, loaded anew when one
// changed; a rule that is wrong is left out and said.
import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { loadRules, type RuleSet, type RuleText } from '@yagura/detect'
import type { Logger } from '@yagura/kernel'
import type { CoverageGapReport } from '@yagura/schema'
import { readSmallFile } from '../files/atomic.ts'

export interface RuleFiles {
  readonly ruleSet: RuleSet
  /** True when the files changed and were loaded again. */
  refresh(): boolean
  /** Rules that are left out, as gaps of the host. */
  gaps(observedAt: string): CoverageGapReport[]
}

export interface RuleFilesOptions {
  /** Rules that come with the product. */
  readonly own: string
  readonly extra: string | null
  readonly hostKey: string
  readonly logger: Logger
}

const FILE_BYTES_MAX = 4 * 1024 * 1024
const FILES_MAX = 500
const DEPTH_MAX = 4
const GAPS_MAX = 100

export function openRuleFiles(options: RuleFilesOptions): RuleFiles {
  const { logger, hostKey } = options
  let seen = ''
  let problems: { subject: string; reason: string }[] = []
  let ruleSet: RuleSet = { rules: [], eventTypes: new Set(), evaluate: () => [], evaluateAudit: () => [] }

  function read(): { texts: RuleText[]; stamp: string } {
    const own = listRuleFiles(options.own).map((path) => ({ path, root: options.own, origin: 'yagura' as const }))
    const extra = options.extra === null ? [] : listRuleFiles(options.extra)
    const all = [...own, ...extra.map((path) => ({ path, root: options.extra ?? '', origin: 'user' as const }))]
    const stamp = all.map(({ path }) => `${path} ${stampOf(path)}`).join('\n')
    if (stamp === seen) return { texts: [], stamp }
    const texts = all.flatMap(({ path, root, origin }) => {
      const text = readSmallFile(path, FILE_BYTES_MAX)
      return text === undefined ? [] : [{ name: relative(root, path), text, origin }]
    })
    return { texts, stamp }
  }

  function refresh(): boolean {
    const { texts, stamp } = read()
    if (stamp === seen) return false
    seen = stamp
    const loaded = loadRules(texts, { skipBroken: true })
    if (!loaded.ok) {
      logger.error({ err: loaded.error }, 'The rules could not be loaded; those from before stay.')
      problems = [{ subject: 'rules', reason: loaded.error.message }]
      return false
    }
    ruleSet = loaded.value.ruleSet
    problems = loaded.value.problems
      .filter(({ level }) => level === 'error')
      .map(({ file, line, rule, message }) => ({ subject: `${file}:${line} ${rule ?? ''}`.trim(), reason: message }))
    logger.info({ rules: ruleSet.rules.length, leftOut: problems.length }, 'Rules are loaded.')
    return true
  }

  refresh()
  return {
    get ruleSet() {
      return ruleSet
    },
    refresh,
    gaps: (observedAt) =>
      problems.slice(0, GAPS_MAX).map(({ subject, reason }) => ({
        code: 'FILE_INVALID',
        scope: hostKey,
        subject: `rule ${subject}`.slice(0, 4096),
        reason: `This rule is not used: ${reason}`.slice(0, 4096),
        remedy: 'Run "yagura rules check FILE" and mend the rule.',
        count: 1,
        observedAt,
        resolved: false,
      })),
  }
}

/** YAML files below a directory, in the order of their names; none when it is missing. */
export function listRuleFiles(directory: string, depth = 0): string[] {
  let names: string[]
  try {
    names = readdirSync(directory).sort()
  } catch {
    return []
  }
  const files: string[] = []
  for (const name of names) {
    if (name.startsWith('.') || files.length >= FILES_MAX) continue
    const path = join(directory, name)
    if (/\.ya?ml$/.test(name)) files.push(path)
    else if (depth < DEPTH_MAX && isDirectory(path)) files.push(...listRuleFiles(path, depth + 1))
  }
  return files.slice(0, FILES_MAX)
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return ''
  }
}
