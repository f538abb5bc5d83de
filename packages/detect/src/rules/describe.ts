// What a written rule says about itself → Rule. Our own keys where they are, else what Falco's keys mean here.
import type { ActionKind, LocalisedText, Severity, SignalGrade, Tactic } from '@yagura/schema'
import { ACTION_KINDS, localisedText, severity, signalGrade, TACTICS, tactic } from '@yagura/schema'
import { z } from 'zod'
import type { Rule } from '../contract/rule.ts'
import { TAGS } from '../contract/tags.ts'
import { textList, type Written } from './collect.ts'

const text = z.string().max(16_384)
const words = z
  .union([text, z.array(text).max(200)])
  .transform((value) => (typeof value === 'string' ? [value] : value))
const sentence = z.union([text.transform((en): LocalisedText => ({ en })), localisedText])

/** Keys of a rule. `condition` or `sequence` is needed; all others have a meaning when they are missing. */
export const writtenRule = z.object({
  rule: z.string().min(1).max(512),
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,79}$/)
    .optional(),
  desc: sentence.optional(),
  condition: z.string().optional(),
  sequence: z
    .strictObject({
      within: z.string().max(16),
      steps: z.array(z.string()).min(2).max(6),
      /** Who may take the steps: one process, or processes that share an ancestor near them. */
      by: z.enum(['process', 'lineage', 'container']).default('lineage'),
    })
    .optional(),
  /** The same rule says no more for the same container within this time. */
  quiet: z.string().max(16).optional(),
  /** The rule's name in other languages. */
  title: z.object({ ja: z.string().max(200), zh: z.string().max(200) }).optional(),
  output: text.optional(),
  sentence: localisedText.optional(),
  priority: z.string().max(32).optional(),
  grade: signalGrade.optional(),
  severity: severity.optional(),
  technique: words.optional(),
  tactic: words.pipe(z.array(tactic)).optional(),
  confidence: z.number().min(0.1).max(1).optional(),
  evidence: z.enum(['syscall', 'network', 'file', 'audit']).optional(),
  set: words.pipe(z.array(z.enum(TAGS))).optional(),
  responses: words.pipe(z.array(z.enum(ACTION_KINDS))).optional(),
  learnable: z.boolean().optional(),
  enabled: z.union([z.boolean(), z.null()]).optional(),
  source: z.string().max(64).optional(),
  tags: z.union([z.array(z.union([text, z.number()])).max(200), text, z.null()]).optional(),
  exceptions: z.unknown().optional(),
  samples: z.unknown().optional(),
})

/** Keys of Falco that mean nothing here. */
export const IGNORED_KEYS: ReadonlySet<string> = new Set([
  'warn_evttypes',
  'skip-if-unknown-filter',
  'capture',
  'capture_duration',
  'examples',
])
export type WrittenRule = z.infer<typeof writtenRule>

/** Falco's priorities (falco.org/docs/rules/basic-elements) in our severities. */
const SEVERITY_OF_PRIORITY: Readonly<Record<string, Severity>> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'high',
  warning: 'medium',
  notice: 'low',
  informational: 'negligible',
  info: 'negligible',
  debug: 'negligible',
}

/** A rule that names no grade never pages: a warning of Falco is a finding here, what is less stays a signal. */
function gradeOf(severityName: Severity): SignalGrade {
  return severityName === 'critical' || severityName === 'high' || severityName === 'medium' ? 'medium' : 'weak'
}

export function describe(rule: WrittenRule, written: Written, evidence: Rule['source']): Rule {
  const tags = textList(rule.tags)
  const severityName = rule.severity ?? SEVERITY_OF_PRIORITY[(rule.priority ?? 'warning').toLowerCase()] ?? 'medium'
  const grade = rule.grade ?? gradeOf(severityName)
  return {
    id: rule.id ?? rule.rule,
    name: rule.rule,
    title: { en: rule.rule, ...rule.title },
    grade,
    severity: severityName,
    techniques: rule.technique ?? tags.filter((tag) => /^T\d{4}(?:\.\d{3})?$/.test(tag)),
    tactics: rule.tactic ?? tacticsOf(tags),
    source: rule.evidence ?? evidence,
    confidence01: rule.confidence ?? { strong: 1, medium: 0.7, weak: 0.4 }[grade],
    tags: rule.set ?? [],
    responses: (rule.responses ?? ['alert']) as readonly ActionKind[],
    learnable: rule.learnable ?? grade !== 'strong',
    origin: written.item.origin,
  }
}

/** Falco's tags: mitre_defense_evasion. */
function tacticsOf(tags: readonly string[]): Tactic[] {
  return TACTICS.filter((name) => tags.some((tag) => tag.replace(/^mitre_/, '').replaceAll('_', '-') === name))
}
