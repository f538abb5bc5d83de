// What was expected, in words, for the sentence of a result that fails.
import type { LocalisedText } from '@yagura/schema'
import type { Value } from './reading.ts'
import type { Expectation } from './record.ts'

type Phrase = Record<'en' | 'ja' | 'zh', (value: string) => string>

const PHRASES: Readonly<Record<Expectation['op'], Phrase>> = {
  eq: { en: (v) => v, ja: (v) => v, zh: (v) => v },
  ne: { en: (v) => `anything but ${v}`, ja: (v) => `${v} 以外`, zh: (v) => `${v} 以外的值` },
  in: { en: (v) => `one of ${v}`, ja: (v) => `${v} のいずれか`, zh: (v) => `${v} 之一` },
  notin: { en: (v) => `none of ${v}`, ja: (v) => `${v} のいずれでもない値`, zh: (v) => `${v} 以外的值` },
  ge: { en: (v) => `at least ${v}`, ja: (v) => `${v} 以上`, zh: (v) => `至少 ${v}` },
  le: { en: (v) => `at most ${v}`, ja: (v) => `${v} 以下`, zh: (v) => `至多 ${v}` },
  match: { en: (v) => `what fits ${v}`, ja: (v) => `${v} に一致する値`, zh: (v) => `匹配 ${v} 的值` },
  notmatch: { en: (v) => `nothing that fits ${v}`, ja: (v) => `${v} に一致しない値`, zh: (v) => `不匹配 ${v} 的值` },
  set: { en: () => 'a value', ja: () => '何らかの値', zh: () => '已设置的值' },
  unset: { en: () => 'no such setting', ja: () => '設定がないこと', zh: () => '未设置' },
  empty: { en: () => 'nothing', ja: () => '空', zh: () => '空' },
  has: { en: (v) => `${v} among them`, ja: (v) => `${v} を含むこと`, zh: (v) => `包含 ${v}` },
  hasnot: { en: (v) => `${v} not among them`, ja: (v) => `${v} を含まないこと`, zh: (v) => `不包含 ${v}` },
  mode_le: { en: (v) => `${v} or stricter`, ja: (v) => `${v} またはより厳しい権限`, zh: (v) => `${v} 或更严格` },
  count_eq: { en: (v) => `${v} of them`, ja: (v) => `${v} 件`, zh: (v) => `${v} 个` },
  count_le: { en: (v) => `at most ${v} of them`, ja: (v) => `${v} 件以下`, zh: (v) => `至多 ${v} 个` },
  no_plain_http_except_loopback: {
    en: () => 'https, or http on the loopback interface only',
    ja: () => 'https、または loopback 限定の http',
    zh: () => 'https，或仅限 loopback 的 http',
  },
  date_ge: { en: (v) => `a date from ${v} on`, ja: (v) => `${v} 以降の日付`, zh: (v) => `${v} 或之后的日期` },
  redis_acl_no_dangerous: {
    en: (v) => `no user with ${v}`,
    ja: (v) => `${v} を持つユーザーがいないこと`,
    zh: (v) => `没有用户拥有 ${v}`,
  },
}
const MAX = 200

/** `found`: as shown in the evidence; null: it is not set. */
export function foundSentence(found: string | null, { op, value }: Expectation): LocalisedText {
  const phrase = PHRASES[op]
  const wanted = inShort(value ?? '')
  const shown = found === null ? null : inShort(found)
  return {
    en: `${shown === null ? 'It is not set' : shown === '' ? 'It is empty' : `Found ${shown}`}; expected ${phrase.en(wanted)}.`,
    ja: `${shown === null ? '設定されていません' : shown === '' ? '値は空です' : `実際の値は ${shown} です`}（期待：${phrase.ja(wanted)}）。`,
    zh: `${shown === null ? '未设置' : shown === '' ? '值为空' : `实际为 ${shown}`}；期望：${phrase.zh(wanted)}。`,
  }
}

function inShort(value: Value): string {
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return text.length > MAX ? `${text.slice(0, MAX)}…` : text
}
