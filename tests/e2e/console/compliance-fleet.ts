// Results of checks on the known fleet: some pass, some fail, one turned, names of strangers among them.
import type { BatchItem, CheckResult, NewBaseline } from '@yagura/schema'
import { item, sampleCheck, sampleCheckRun } from '@yagura/store/testing'
import { containerId, HOST } from './fleet.ts'
import { HOSTILE_NAME, HOSTILE_SUMMARY } from './hostile.ts'

const keyOf = (name: string) => `container:${HOST.machineId}/containerd/${containerId(name)}`
const text = (en: string, ja: string, zh: string) => ({ en, ja, zh })

export const SSL_TITLE = text(
  'Connections are encrypted with TLS',
  '接続が TLS で暗号化されている',
  '连接使用 TLS 加密',
)

function inWeb(check: string, verdict: CheckResult['verdict'], more: Partial<CheckResult>): CheckResult {
  return sampleCheck(check, verdict, { resource: 'fable-web/postgresql', assetKey: keyOf('fable-web'), ...more })
}

/** What PG-01 comes out as is said by the test: it turns. */
export function complianceRun(ssl: 'pass' | 'fail'): BatchItem {
  const at = new Date().toISOString()
  const results = [
    inWeb('PG-01', ssl, {
      severity: 'high',
      title: SSL_TITLE,
      message: text(
        'ssl is off, so passwords and rows cross the network readable.',
        'ssl が off のため、パスワードとデータが平文でネットワークを流れます。',
        'ssl 为 off，密码和数据以明文在网络上传输。',
      ),
      controls: [
        { framework: 'nist-800-190', section: '4.4.3' },
        { framework: 'pci-dss-4', section: '4.2.1' },
        { framework: 'gbt-22239', section: '8.1.2.2' },
      ],
      evidence: [
        { source: 'runtime', place: 'SHOW ssl', value: ssl === 'pass' ? 'on' : 'off', at },
        { source: 'file', place: '/etc/postgresql/postgresql.conf:105', value: ssl === 'pass' ? 'on' : 'off', at },
      ],
      remediation: {
        kind: 'patch',
        place: '/etc/postgresql/postgresql.conf',
        before: 'port = 5432\nssl = off\nshared_buffers = 128MB',
        after: 'port = 5432\nssl = on\nshared_buffers = 128MB',
      },
    }),
    inWeb('PG-02', 'pass', {
      title: text('Passwords are kept as SCRAM', 'パスワードを SCRAM で保存している', '密码以 SCRAM 方式保存'),
      controls: [{ framework: 'nist-800-190', section: '4.4.10' }],
    }),
    inWeb('PG-03', 'error', {
      severity: 'medium',
      title: text('Only known hosts may connect', '既知のホストだけが接続できる', '仅允许已知主机连接'),
      message: text(
        'pg_hba.conf could not be read: permission denied.',
        'pg_hba.conf を読み取れませんでした: 権限がありません。',
        '无法读取 pg_hba.conf：权限不足。',
      ),
      evidence: [],
    }),
    inWeb('PG-04', 'manual', {
      severity: 'low',
      title: text('Backups are restored in a drill', 'バックアップの復元訓練をしている', '定期演练恢复备份'),
    }),
    sampleCheck('RD-01', 'fail', {
      severity: 'critical',
      product: 'redis',
      resource: `${HOSTILE_NAME}/redis`,
      assetKey: keyOf(HOSTILE_NAME),
      title: text('A password is asked for', 'パスワードを要求する', '要求输入密码'),
      message: { en: `requirepass is not set. ${HOSTILE_SUMMARY}` },
      controls: [{ framework: 'nist-800-190', section: '4.4.3' }],
      evidence: [{ source: 'file', place: `/etc/${HOSTILE_NAME}.conf`, value: HOSTILE_SUMMARY, at }],
      remediation: { kind: 'command', place: null, before: null, after: 'redis-cli CONFIG SET requirepass "$SECRET"' },
    }),
    ...Array.from({ length: 60 }, (_, i) =>
      inWeb(`FILL-${String(i).padStart(2, '0')}`, 'pass', {
        severity: 'low',
        title: { en: `Filler ${i}` },
        controls: [{ framework: 'cis-middleware', section: `2.${i}` }],
      }),
    ),
  ]
  return item.checkRun({ ...sampleCheckRun(results, at), resources: [...new Set(results.map((one) => one.resource))] })
}

/** One exception that stands, one that has ended. */
export const COMPANY_BASELINE: NewBaseline = {
  name: 'company',
  version: 1,
  extends: [],
  layer: 'company',
  selector: null,
  checks: ['PG-*', 'RD-*', 'FILL-*'],
  expected: {},
  overrides: [
    {
      check: 'PG-04',
      resource: null,
      action: 'except',
      reason: `The drill is done by the storage team. ${HOSTILE_NAME}`,
      owner: 'storage@example.org',
      expires: '2099-12-31',
    },
    {
      check: 'PG-03',
      resource: 'fable-web/*',
      action: 'except',
      reason: 'Until the move.',
      owner: 'web@example.org',
      expires: '2026-01-31',
    },
  ],
}
