// The page of the guide that says which sections of the benchmarks the checks of manifests answer, and which they do not. It is made from the
// records, so it cannot promise what is not there.
import type { LocalisedText } from '@yagura/schema'
import type { ManifestCheck } from './record.ts'

export const COVERAGE_LANGUAGES = ['en', 'ja', 'zh'] as const
export type CoverageLanguage = (typeof COVERAGE_LANGUAGES)[number]

/** Check → names that other tools have for the question (content/controls/kubernetes-tools.yaml). */
export type ToolNames = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** Section 5 of the CIS Kubernetes Benchmark 1.10, policies: all of its recommendations. */
const CIS_SECTIONS = [
  ...numbered('5.1', 13),
  ...numbered('5.2', 13),
  ...numbered('5.3', 2),
  ...numbered('5.4', 2),
  '5.5.1',
  ...numbered('5.7', 4),
]

function numbered(chapter: string, last: number): string[] {
  return Array.from({ length: last }, (_, index) => `${chapter}.${index + 1}`)
}

interface Words {
  readonly title: string
  readonly made: string
  readonly intro: (checks: number, standards: number) => string
  readonly cis: string
  readonly cisIntro: (answered: number, all: number) => string
  readonly unanswered: string
  readonly nsa: string
  readonly nist: string
  readonly all: string
  readonly columns: readonly [section: string, checks: string]
  readonly list: readonly [check: string, severity: string, what: string, where: string, tools: string]
  readonly scopes: Readonly<Record<'container' | 'pod' | 'pod-security', string>>
  readonly limits: string
  readonly limitLines: readonly string[]
}

const WORDS: Readonly<Record<CoverageLanguage, Words>> = {
  en: {
    title: 'Coverage of the checks of manifests',
    made: 'Made from content/checks/kubernetes by `npm run generate`; do not edit.',
    intro: (checks, standards) =>
      `\`yagura check manifests PATH\` judges files without a cluster: ${checks} checks, and ${standards} controls of the Pod Security Standards. ` +
      'Pods are looked for in every kind that makes them: Pod, PodTemplate, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob, ' +
      'DeploymentConfig (OpenShift), Rollout (Argo), Service, Configuration and Revision (Knative), CloneSet and its kin (OpenKruise); in containers, init containers and ephemeral containers; in lists.',
    cis: 'CIS Kubernetes Benchmark, section 5',
    cisIntro: (answered, all) => `${answered} of ${all} recommendations are answered from files.`,
    unanswered: 'not from files: it is about the network plugin of the cluster',
    nsa: 'NSA/CISA Kubernetes Hardening Guide',
    nist: 'NIST SP 800-190',
    all: 'Every check',
    columns: ['section', 'checks'],
    list: ['check', 'severity', 'what', 'looked at', 'as other tools call the question'],
    scopes: { container: 'each container', pod: 'each pod', 'pod-security': 'each pod, as the version has it' },
    limits: 'What is not judged',
    limitLines: [
      'Helm templates that are not rendered and overlays of kustomize that are not built: they are named, and left aside. Judge what `helm template` and `kustomize build` make of them.',
      'What admission controllers, defaults of a namespace or of a cloud add later.',
      'Custom resources that make pods through a controller of their own, other than those above.',
      'Other tools do not always answer alike: each has its own idea of what an unset value means. Here it is judged as Kubernetes would run it.',
    ],
  },
  ja: {
    title: 'マニフェスト検査の網羅範囲',
    made: 'content/checks/kubernetes から `npm run generate` で作られる。手で書き換えない。',
    intro: (checks, standards) =>
      `\`yagura check manifests PATH\` はクラスターなしでファイルを判定する。検査は ${checks} 件、Pod セキュリティ標準の項目は ${standards} 件。` +
      'ポッドは、それを作るすべての種類の中で探す: Pod、PodTemplate、Deployment、DaemonSet、StatefulSet、ReplicaSet、ReplicationController、Job、CronJob、' +
      'DeploymentConfig（OpenShift）、Rollout（Argo）、Service・Configuration・Revision（Knative）、CloneSet など（OpenKruise）。コンテナー、初期化コンテナー、一時コンテナー、リストの中も見る。',
    cis: 'CIS Kubernetes ベンチマーク 第 5 節',
    cisIntro: (answered, all) => `${all} 項目のうち ${answered} 項目にファイルから答える。`,
    unanswered: 'ファイルからは分からない: クラスターのネットワークプラグインについての項目',
    nsa: 'NSA/CISA Kubernetes 堅牢化ガイド',
    nist: 'NIST SP 800-190',
    all: 'すべての検査',
    columns: ['節', '検査'],
    list: ['検査', '重大度', '内容', '見る場所', '他の道具での呼び名'],
    scopes: { container: '各コンテナー', pod: '各ポッド', 'pod-security': '各ポッド（版ごとの定めで）' },
    limits: '判定しないもの',
    limitLines: [
      '展開していない Helm テンプレートと、組み立てていない kustomize のオーバーレイ。名前を挙げて外す。`helm template` や `kustomize build` の出力を判定する。',
      'アドミッションコントローラーや名前空間・クラウドの既定値が後から加えるもの。',
      '上に挙げたもの以外の、独自のコントローラーでポッドを作るカスタムリソース。',
      '他の道具と答えが常に同じとは限らない。値がないことの意味は道具ごとに違う。ここでは Kubernetes が動かすとおりに判定する。',
    ],
  },
  zh: {
    title: '清单检查的覆盖范围',
    made: '由 content/checks/kubernetes 经 `npm run generate` 生成，请勿手工修改。',
    intro: (checks, standards) =>
      `\`yagura check manifests PATH\` 无需集群即可判定文件：检查 ${checks} 项，Pod 安全标准控制 ${standards} 项。` +
      '凡能产生 Pod 的类型都会查看：Pod、PodTemplate、Deployment、DaemonSet、StatefulSet、ReplicaSet、ReplicationController、Job、CronJob、' +
      'DeploymentConfig（OpenShift）、Rollout（Argo）、Service、Configuration 与 Revision（Knative）、CloneSet 等（OpenKruise）；包括容器、初始化容器、临时容器，以及列表。',
    cis: 'CIS Kubernetes 基准 第 5 节',
    cisIntro: (answered, all) => `${all} 项建议中有 ${answered} 项可由文件回答。`,
    unanswered: '无法由文件判断：涉及集群的网络插件',
    nsa: 'NSA/CISA Kubernetes 加固指南',
    nist: 'NIST SP 800-190',
    all: '全部检查',
    columns: ['章节', '检查'],
    list: ['检查', '严重程度', '内容', '查看位置', '其他工具中的名称'],
    scopes: { container: '每个容器', pod: '每个 Pod', 'pod-security': '每个 Pod，按版本规定' },
    limits: '不作判定的内容',
    limitLines: [
      '未渲染的 Helm 模板与未构建的 kustomize 覆盖层：会列出名称并略过。请判定 `helm template` 或 `kustomize build` 的输出。',
      '准入控制器、命名空间默认值或云平台事后添加的内容。',
      '除上述类型外，由自有控制器产生 Pod 的自定义资源。',
      '其他工具的回答不一定相同：各工具对未设置的值有自己的理解。此处按 Kubernetes 实际运行的方式判定。',
    ],
  },
}

export function coveragePage(checks: readonly ManifestCheck[], tools: ToolNames, language: CoverageLanguage): string {
  const words = WORDS[language]
  const standards = checks.filter(({ rule }) => rule.scope === 'pod-security').length
  const cis = sectionsOf(checks, 'cis-kubernetes')
  const answered = CIS_SECTIONS.filter((section) => cis.has(section)).length
  const lines = [
    `# ${words.title}`,
    '',
    `<!-- ${words.made} -->`,
    '',
    words.intro(checks.length - standards, standards),
    '',
    `## ${words.cis}`,
    '',
    words.cisIntro(answered, CIS_SECTIONS.length),
    '',
    ...table(
      words.columns,
      CIS_SECTIONS.map((section) => [section, cis.get(section)?.join(', ') ?? words.unanswered]),
    ),
    ...frameworkTable(words.nsa, checks, 'nsa-cisa', words),
    ...frameworkTable(words.nist, checks, 'nist-800-190', words),
    `## ${words.all}`,
    '',
    ...table(
      words.list,
      checks.map((check) => [
        check.id,
        check.severity,
        textOf(check.title, language),
        placeOf(check, words),
        namesOf(tools[check.id]),
      ]),
    ),
    `## ${words.limits}`,
    '',
    ...words.limitLines.map((line) => `- ${line}`),
  ]
  return `${lines.join('\n')}\n`
}

function sectionsOf(checks: readonly ManifestCheck[], framework: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  for (const { id, controls } of checks)
    for (const control of controls)
      if (control.framework === framework) sections.set(control.section, [...(sections.get(control.section) ?? []), id])
  return sections
}

function frameworkTable(
  title: string,
  checks: readonly ManifestCheck[],
  framework: string,
  { columns }: Words,
): string[] {
  const rows = [...sectionsOf(checks, framework)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [
    `## ${title}`,
    '',
    ...table(
      columns,
      rows.map(([section, ids]) => [section, [...new Set(ids)].join(', ')]),
    ),
  ]
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [columns, ...rows].map((row) => row.map((one) => one.replaceAll('|', '\\|')))
  const widths = columns.map((_, index) => Math.max(3, ...cells.map((row) => widthOf(row[index] ?? ''))))
  const line = (row: readonly string[]) =>
    `| ${row.map((one, index) => one + ' '.repeat((widths[index] ?? 0) - widthOf(one))).join(' | ')} |`
  const [head = '', ...body] = cells.map(line)
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body, '']
}

/** In columns: letters of Chinese, Japanese and Korean take two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0)
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/

function textOf(text: LocalisedText, language: CoverageLanguage): string {
  return text[language] ?? text.en
}

function placeOf({ rule }: ManifestCheck, { scopes }: Words): string {
  return rule.scope === 'object' ? rule.kinds.join(', ') : scopes[rule.scope]
}

function namesOf(names: Readonly<Record<string, string | readonly string[]>> | undefined): string {
  return Object.entries(names ?? {})
    .map(([tool, name]) => `${tool} ${[name].flat().join(', ')}`)
    .join('; ')
}
