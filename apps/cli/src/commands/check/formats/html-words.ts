// Words of the report in the languages of the console.
import type { CheckVerdict } from '@yagura/schema'
import type { Severity } from '@yagura/schema/severities'
import type { Language } from '../index.ts'

interface Words {
  readonly title: string
  readonly subject: string
  readonly targets: string
  readonly baseline: string
  readonly noBaseline: string
  readonly date: string
  readonly tool: string
  readonly summary: string
  readonly framework: string
  readonly problems: string
  readonly check: string
  readonly resource: string
  readonly what: string
  readonly found: string
  readonly evidence: string
  readonly change: string
  readonly readOnly: string
  readonly verdicts: Readonly<Record<CheckVerdict, string>>
  readonly severities: Readonly<Record<Severity, string>>
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Compliance report',
    subject: 'Subject',
    targets: 'Targets',
    baseline: 'Baseline',
    noBaseline: 'none: every check as it stands',
    date: 'Date',
    tool: 'Made by',
    summary: 'Summary',
    framework: 'Framework',
    problems: 'What could not be read or no longer counts',
    check: 'Check',
    resource: 'Resource',
    what: 'What',
    found: 'Found',
    evidence: 'Evidence',
    change: 'Change that mends it',
    readOnly:
      'Everything was read only; nothing was changed. A check that could not be judged is never counted as passed.',
    verdicts: {
      pass: 'passed',
      fail: 'failed',
      manual: 'to look at',
      'not-applicable': 'not applicable',
      error: 'not judged',
    },
    severities: {
      critical: 'critical',
      high: 'high',
      medium: 'medium',
      low: 'low',
      negligible: 'negligible',
      unknown: 'unknown',
    },
  },
  ja: {
    title: 'コンプライアンス報告書',
    subject: '対象',
    targets: '検査範囲',
    baseline: 'ベースライン',
    noBaseline: 'なし（すべての検査をそのまま適用）',
    date: '日時',
    tool: '作成',
    summary: '概要',
    framework: '基準',
    problems: '読み取れなかったもの、失効したもの',
    check: '検査',
    resource: 'リソース',
    what: '内容',
    found: '確認した値',
    evidence: '証跡',
    change: '是正のための変更',
    readOnly: '読み取りのみを行い、変更は一切していません。判定できなかった検査を合格に数えることはありません。',
    verdicts: {
      pass: '合格',
      fail: '不合格',
      manual: '要確認',
      'not-applicable': '対象外',
      error: '判定不能',
    },
    severities: {
      critical: '致命的',
      high: '高',
      medium: '中',
      low: '低',
      negligible: '軽微',
      unknown: '不明',
    },
  },
  zh: {
    title: '合规报告',
    subject: '对象',
    targets: '检查范围',
    baseline: '基线',
    noBaseline: '无（按所有检查原样判定）',
    date: '时间',
    tool: '生成工具',
    summary: '概要',
    framework: '框架',
    problems: '无法读取或已失效的内容',
    check: '检查项',
    resource: '资源',
    what: '内容',
    found: '实际值',
    evidence: '证据',
    change: '修复所需的变更',
    readOnly: '全程只读，未做任何更改。无法判定的检查项绝不计为通过。',
    verdicts: {
      pass: '通过',
      fail: '不通过',
      manual: '需人工确认',
      'not-applicable': '不适用',
      error: '无法判定',
    },
    severities: {
      critical: '严重',
      high: '高',
      medium: '中',
      low: '低',
      negligible: '轻微',
      unknown: '未知',
    },
  },
}
