// Sentences with fields in them: "%proc.name reads %fd.name". Filled in only when a rule holds.

import { type FieldUse, fieldNamed, TRANSFORMS, type Transform } from '@yagura/lang'
import { applyTransforms } from '@yagura/lang/transform'
import type { LocalisedText } from '@yagura/schema'
import type { RuleFields } from './fields/index.ts'
import { readerOf } from './specialise.ts'
import type { Subject, SubjectType } from './subject.ts'

const PLACE = /%((?:(?:tolower|toupper|b64|basename|len)\()*)([a-z][\w.]*[\w])(?:\[([^\]]*)\])?(\)*)/gi
const MAX_VALUE_CHARS = 240
const MAX_SENTENCE_CHARS = 4000

export type Template = (subject: Subject, type: SubjectType) => string

export interface CompiledTemplate {
  readonly fill: Template
  /** Fields that are not known; they stay as they are written. */
  readonly unknown: readonly string[]
}

export function compileTemplate(text: string, fields: RuleFields): CompiledTemplate {
  const parts: (string | FieldUse)[] = []
  const unknown: string[] = []
  let end = 0
  for (const place of text.matchAll(PLACE)) {
    const [whole, opened = '', name = '', argument, closed = ''] = place
    const spec = fieldNamed(fields, name)
    if (!spec) {
      unknown.push(name)
      continue
    }
    const transforms = opened.split('(').filter(isTransform).toReversed()
    parts.push(text.slice(end, place.index), {
      field: name,
      type: spec.type,
      ...(argument === undefined ? {} : { argument }),
      ...(transforms.length === 0 ? {} : { transforms }),
    })
    // Brackets that close no transform belong to the sentence.
    end = place.index + whole.length - Math.max(0, closed.length - transforms.length)
  }
  parts.push(text.slice(end))
  return {
    unknown,
    fill: (subject, type) =>
      parts
        .map((part) => (typeof part === 'string' ? part : shownValue(part, subject, type, fields)))
        .join('')
        .slice(0, MAX_SENTENCE_CHARS),
  }
}

function isTransform(name: string): name is Transform {
  return (TRANSFORMS as readonly string[]).includes(name)
}

function shownValue(use: FieldUse, subject: Subject, type: SubjectType, fields: RuleFields): string {
  const read = readerOf(use, type, fields)
  const raw = typeof read === 'function' ? read(subject) : read?.constant
  const value = use.transforms ? applyTransforms(raw, use.transforms) : raw
  if (value === null || value === undefined) return '<NA>'
  const text = (Array.isArray(value) ? value.join(', ') : String(value)).replace(/\s+/g, ' ')
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS - 1)}…` : text
}

export type Sentence = (subject: Subject, type: SubjectType) => LocalisedText

/** The sentence of a rule in every language it is written in. */
export function compileSentence(
  written: LocalisedText,
  fields: RuleFields,
): { fill: Sentence; unknown: readonly string[] } {
  const en = compileTemplate(written.en, fields)
  const ja = written.ja === undefined ? undefined : compileTemplate(written.ja, fields)
  const zh = written.zh === undefined ? undefined : compileTemplate(written.zh, fields)
  return {
    unknown: [...new Set([en, ja, zh].flatMap((template) => template?.unknown ?? []))],
    fill: (subject, type) => ({
      en: en.fill(subject, type),
      ...(ja ? { ja: ja.fill(subject, type) } : {}),
      ...(zh ? { zh: zh.fill(subject, type) } : {}),
    }),
  }
}
