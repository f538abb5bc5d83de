// What the engine itself recognises, as rules: behaviour that no condition over one event can say. Ids begin with `behaviour.`.
import type { ActionKind, Severity, SignalGrade, Tactic } from '@yagura/schema'
import type { Rule } from '../../contract/rule.ts'
import type { Tag } from '../../contract/tags.ts'

interface Parts {
  readonly grade: SignalGrade
  readonly severity: Severity
  readonly techniques: readonly string[]
  readonly tactics: readonly Tactic[]
  readonly source: Rule['source']
  readonly confidence01?: number
  readonly tags?: readonly Tag[]
  readonly responses?: readonly ActionKind[]
  readonly learnable?: boolean
  readonly name: string
  readonly ja: string
  readonly zh: string
}

function behaviour(id: string, parts: Parts): Rule {
  const { name, ja, zh, ...rest } = parts
  return {
    confidence01: parts.grade === 'strong' ? 1 : parts.grade === 'medium' ? 0.7 : 0.4,
    tags: [],
    responses: ['alert'],
    learnable: true,
    ...rest,
    id: `behaviour.${id}`,
    name,
    title: { en: name, ja, zh },
    origin: 'yagura',
  }
}

export const REVERSE_SHELL = behaviour('shell-on-network', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1059.004'],
  tactics: ['execution'],
  source: 'syscall',
  tags: ['SHELL', 'C2'],
  responses: ['alert', 'kill-tree', 'quarantine-network'],
  learnable: false,
  name: 'Shell behind a network connection',
  ja: 'ネットワーク接続の向こうから操作されるシェル',
  zh: '由网络连接控制的 shell',
})

export const PIPED_DOWNLOAD = behaviour('download-piped-to-interpreter', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1059.004'],
  tactics: ['execution'],
  source: 'syscall',
  tags: ['DL', 'SHELL'],
  responses: ['alert', 'kill-tree'],
  name: 'Program text from the network fed to an interpreter',
  ja: 'ネットワークから届いたプログラムをインタープリターがそのまま実行',
  zh: '解释器直接执行来自网络的程序文本',
})

export const PIPED_CODE = behaviour('download-piped-to-python', {
  ...PIPED_DOWNLOAD,
  techniques: ['T1059.006'],
  name: 'Python runs program text from the network',
  ja: 'ネットワークから届いたプログラムを Python がそのまま実行',
  zh: 'Python 直接执行来自网络的程序文本',
})

export const FETCHED_FOR = behaviour('fetches-for-interpreter', {
  grade: 'strong',
  severity: 'medium',
  techniques: ['T1105'],
  tactics: ['command-and-control'],
  source: 'network',
  tags: ['DL'],
  responses: ['alert', 'kill-process'],
  name: 'Program text fetched for an interpreter',
  ja: 'インタープリターのためにプログラムを取得',
  zh: '为解释器获取程序文本',
})

export const ORDERS_RUN = behaviour('orders-run', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1059.004'],
  tactics: ['execution'],
  source: 'syscall',
  tags: ['SHELL', 'C2'],
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Shell started by code that talks to a stranger',
  ja: '未知の相手と通信するコードが起動したシェル',
  zh: '与陌生对端通信的代码启动 shell',
})

export const DECODED_SHELL = behaviour('decoded-text-run', {
  grade: 'medium',
  severity: 'medium',
  techniques: ['T1140'],
  tactics: ['defense-evasion'],
  source: 'syscall',
  tags: ['DECODE', 'SHELL'],
  name: 'Decoded text run by a shell',
  ja: '復号されたテキストをシェルが実行',
  zh: 'shell 执行解码后的文本',
})

export const DOWNLOADED_EXEC = behaviour('downloaded-program-run', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1105'],
  tactics: ['command-and-control'],
  source: 'syscall',
  tags: ['DROP_EXEC', 'DL'],
  responses: ['alert', 'kill-tree', 'deny-exec'],
  name: 'Program run that came over the network',
  ja: 'ネットワークから取得したプログラムの実行',
  zh: '运行从网络获取的程序',
})

export const START_FETCHES = behaviour('start-fetches-program', {
  grade: 'medium',
  severity: 'high',
  techniques: ['T1204.003'],
  tactics: ['execution'],
  source: 'syscall',
  tags: ['DL'],
  name: 'What the container itself starts fetches a program and runs it',
  ja: 'コンテナー自身の起動処理がプログラムを取得して実行',
  zh: '容器自身启动的进程获取程序并运行',
})

export const SHELL_DOWNLOAD = behaviour('shell-writes-download', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1105'],
  tactics: ['command-and-control'],
  source: 'network',
  tags: ['DL'],
  responses: ['alert', 'kill-tree'],
  name: 'File fetched through a connection of a shell',
  ja: 'シェル自身の接続を通したファイル取得',
  zh: '通过 shell 自身的连接获取文件',
})

export const SHELL_CONNECT = behaviour('shell-connects', {
  grade: 'medium',
  severity: 'medium',
  techniques: ['T1571'],
  tactics: ['command-and-control'],
  source: 'network',
  name: 'Shell that opens network connections itself',
  ja: 'シェル自身がネットワーク接続を開いた',
  zh: 'shell 自行建立网络连接',
})

export const SHELL_PROTOCOL = behaviour('shell-speaks-protocol', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1210'],
  tactics: ['lateral-movement'],
  source: 'network',
  tags: ['C2'],
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Shell that speaks the protocol of a service',
  ja: 'サービスのプロトコルを話すシェル',
  zh: '使用服务协议通信的 shell',
})

export const SHELL_IRC = behaviour('shell-speaks-irc', {
  ...SHELL_PROTOCOL,
  techniques: ['T1071'],
  tactics: ['command-and-control'],
  name: 'Shell that speaks IRC',
  ja: 'IRC を話すシェル',
  zh: '使用 IRC 协议的 shell',
})

export const AUTH_SPRAY = behaviour('login-spray', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1110.003'],
  tactics: ['credential-access'],
  source: 'network',
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Repeated log-in attempts against a service',
  ja: 'サービスに対する繰り返しのログイン試行',
  zh: '对服务的反复登录尝试',
})

export const WEB_SHELL = behaviour('request-starts-shell', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1190'],
  tactics: ['initial-access'],
  source: 'syscall',
  tags: ['SHELL'],
  responses: ['alert', 'kill-tree', 'deny-exec'],
  name: 'Shell started while a request was served',
  ja: 'リクエスト処理中に起動されたシェル',
  zh: '处理请求时启动的 shell',
})

export const DROPPED_HANDLER = behaviour('request-runs-dropped-script', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1505.003'],
  tactics: ['persistence'],
  source: 'syscall',
  tags: ['DROP_EXEC', 'SHELL'],
  responses: ['alert', 'kill-tree', 'deny-exec'],
  name: 'Server runs a script that was put there at run time',
  ja: '実行中に置かれたスクリプトをサーバーが実行',
  zh: '服务器执行运行期间放入的脚本',
})

export const PORT_SWEEP = behaviour('port-sweep', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1046'],
  tactics: ['discovery'],
  source: 'network',
  tags: ['RECON'],
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Many ports of one host tried',
  ja: '一つのホストの多数のポートを試行',
  zh: '尝试同一主机的多个端口',
})

export const HOST_SWEEP = behaviour('host-sweep', {
  ...PORT_SWEEP,
  name: 'One port tried on many neighbouring hosts',
  ja: '隣接する多数のホストで同じポートを試行',
  zh: '在多个相邻主机上尝试同一端口',
})

export const BEACON = behaviour('beacon', {
  grade: 'medium',
  severity: 'medium',
  techniques: ['T1071.001'],
  tactics: ['command-and-control'],
  source: 'network',
  tags: ['C2'],
  name: 'Connections to one peer at regular times',
  ja: '同じ相手への規則的な間隔の接続',
  zh: '以固定间隔连接同一对端',
})

export const RANDOM_NAMES = behaviour('random-names', {
  grade: 'medium',
  severity: 'medium',
  techniques: ['T1568.002'],
  tactics: ['command-and-control'],
  source: 'network',
  tags: ['C2'],
  name: 'Many random-looking names looked up',
  ja: 'ランダムに見える多数の名前の問い合わせ',
  zh: '查询大量看似随机的域名',
})

export const DNS_TUNNEL = behaviour('dns-tunnel', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1048.003'],
  tactics: ['exfiltration'],
  source: 'network',
  tags: ['EXFIL', 'C2'],
  responses: ['alert', 'kill-tree', 'quarantine-network'],
  name: 'Data carried out in names asked of DNS',
  ja: 'DNS の問い合わせ名によるデータの持ち出し',
  zh: '借助 DNS 查询名传出数据',
})

export const EXFILTRATION = behaviour('secret-sent', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1041'],
  tactics: ['exfiltration'],
  source: 'network',
  tags: ['EXFIL'],
  responses: ['alert', 'kill-tree', 'quarantine-network'],
  name: 'Secret sent to a peer that this workload does not know',
  ja: 'このワークロードが知らない相手への機密の送信',
  zh: '向该工作负载未知的对端发送机密',
})

export const ARCHIVE_SENT = behaviour('archive-sent', {
  ...EXFILTRATION,
  techniques: ['T1560.001'],
  tactics: ['collection'],
  name: 'Archive sent to a peer that this workload does not know',
  ja: 'このワークロードが知らない相手へのアーカイブの送信',
  zh: '向该工作负载未知的对端发送归档文件',
})

export const DATA_SENT = behaviour('data-file-sent', {
  ...EXFILTRATION,
  techniques: ['T1005'],
  tactics: ['collection'],
  name: 'Database file sent to a peer that this workload does not know',
  ja: 'このワークロードが知らない相手へのデータベースファイルの送信',
  zh: '向该工作负载未知的对端发送数据库文件',
})

export const STAGED_SENT = behaviour('staged-copy-sent', {
  ...EXFILTRATION,
  techniques: ['T1074.001'],
  tactics: ['collection'],
  name: 'Copies gathered in one place and sent',
  ja: '一か所に集めた写しの送信',
  zh: '集中暂存的副本被发送',
})

export const TOKEN_USE = behaviour('service-account-token-used', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1552.007'],
  tactics: ['credential-access'],
  source: 'network',
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Service account token taken and brought to the Kubernetes API',
  ja: 'サービスアカウントのトークンを取り出して Kubernetes API に使用',
  zh: '取出服务账户令牌并用于 Kubernetes API',
})

export const TOKEN_CREATES = behaviour('service-account-token-creates', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1550.001'],
  tactics: ['lateral-movement'],
  source: 'network',
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Workload made through the Kubernetes API with a token that was taken',
  ja: '取り出したトークンで Kubernetes API からワークロードを作成',
  zh: '用取得的令牌经 Kubernetes API 创建工作负载',
})

export const SCRIPT_THEFT = behaviour('install-script-sends', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1195.002'],
  tactics: ['initial-access'],
  source: 'network',
  tags: ['NET_NEW', 'EXFIL'],
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Script of a package sends data while it is installed',
  ja: 'インストール中のパッケージのスクリプトがデータを送信',
  zh: '软件包脚本在安装期间发送数据',
})

export const LONG_MINER = behaviour('dropped-program-stays-connected', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1496.001'],
  tactics: ['impact'],
  source: 'network',
  tags: ['MINER'],
  responses: ['alert', 'kill-tree', 'deny-connect'],
  name: 'Dropped program that works on and holds one connection',
  ja: '後から置かれたプログラムが動き続け、一つの接続を保持',
  zh: '后放入的程序持续运行并保持一个连接',
})

export const BULK_DESTROY = behaviour('bulk-deletion', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1485'],
  tactics: ['impact'],
  source: 'file',
  responses: ['alert', 'kill-tree', 'freeze'],
  name: 'Data deleted in bulk',
  ja: 'データの大量削除',
  zh: '批量删除数据',
})

export const BULK_OVERWRITE = behaviour('bulk-overwrite', {
  ...BULK_DESTROY,
  name: 'Files written over in bulk',
  ja: 'ファイルの大量の上書き',
  zh: '批量覆盖文件',
})

export const RANSOMWARE = behaviour('bulk-encryption', {
  ...BULK_DESTROY,
  techniques: ['T1486'],
  name: 'Files rewritten and renamed in bulk',
  ja: 'ファイルの大量の書き換えと改名',
  zh: '批量改写并重命名文件',
})

export const SEALED_AND_GONE = behaviour('sealed-and-removed', {
  ...RANSOMWARE,
  name: 'Files replaced by copies with a new ending in bulk',
  ja: '多数のファイルが新しい拡張子の写しに置き換えられた',
  zh: '大量文件被带新后缀的副本取代',
})

export const FORK_STORM = behaviour('fork-storm', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1499'],
  tactics: ['impact'],
  source: 'syscall',
  responses: ['alert', 'kill-tree', 'freeze'],
  name: 'Processes started until nothing is left',
  ja: 'プロセスの大量生成',
  zh: '大量创建进程',
})

export const UDP_FLOOD = behaviour('udp-flood', {
  grade: 'strong',
  severity: 'high',
  techniques: ['T1498'],
  tactics: ['impact'],
  source: 'network',
  responses: ['alert', 'kill-tree', 'quarantine-network'],
  name: 'Flood of packets that nobody answers',
  ja: '応答のない大量パケットの送信',
  zh: '发送大量无应答的数据包',
})

export const EVENT_FLOOD = behaviour('event-flood', {
  grade: 'weak',
  severity: 'low',
  techniques: ['T1562.001'],
  tactics: ['defense-evasion'],
  source: 'syscall',
  tags: ['BLIND'],
  name: 'Flood of events that may hide others',
  ja: '他の動きを隠しうる大量のイベント',
  zh: '可能掩盖其他行为的大量事件',
})

export const LEFT_CONTAINER = behaviour('left-the-container', {
  grade: 'strong',
  severity: 'critical',
  techniques: ['T1611'],
  tactics: ['privilege-escalation'],
  source: 'syscall',
  tags: ['ESC'],
  responses: ['alert', 'kill-tree', 'freeze'],
  name: 'Process of a container runs among the files of the node',
  ja: 'コンテナーのプロセスがノード自身のファイルの中で実行',
  zh: '容器进程在节点文件系统中运行',
})

export const NEW_SEQUENCE = behaviour('new-call-sequence', {
  grade: 'weak',
  severity: 'low',
  techniques: [],
  tactics: ['execution'],
  source: 'syscall',
  confidence01: 0.3,
  name: 'System calls in an order that this program of this image never used',
  ja: 'このイメージのこのプログラムにない順序のシステムコール',
  zh: '该镜像中此程序从未有过的系统调用顺序',
})
