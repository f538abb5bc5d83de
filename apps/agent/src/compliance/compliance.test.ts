import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@yagura/kernel'
import { type BatchItem, batchItem } from '@yagura/schema'
import { afterAll, expect, test } from 'vitest'
import { startCompliance } from './compliance.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-agent-compliance-'))
afterAll(() => rmSync(directory, { recursive: true }))

function start(content: string) {
  const sent: BatchItem[] = []
  const compliance = startCompliance({
    content,
    nodeRoot: join(directory, 'node'),
    hostKey: 'host:abc',
    periodMs: 0,
    kubeconfig: null,
    credentials: null,
    probe: false,
    stateDirectory: join(directory, 'state'),
    logger: createLogger('test', { level: 'fatal' } as never),
    send: (items) => sent.push(...items),
    containers: () => [],
  })
  return { compliance, sent }
}

test('a round runs in a process of its own and sends one run for each target', async () => {
  for (const [path, text] of Object.entries({
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    'etc/ssh/sshd_config': 'PermitRootLogin yes\n',
    'etc/containerd/config.toml': 'version = 2\n[grpc]\ntcp_address = "0.0.0.0:5000"\n',
    'proc/cmdline': 'quiet\n',
  })) {
    mkdirSync(join(directory, 'node', path, '..'), { recursive: true })
    writeFileSync(join(directory, 'node', path), text)
  }
  const { compliance, sent } = start(join(import.meta.dirname, '../../../../content/checks'))
  await compliance.check()
  await compliance.stop()
  const runs = sent.flatMap((item) => (item.item === 'check-run' ? [item.run] : []))
  for (const item of sent) batchItem.parse(item)
  expect(runs.map(({ target }) => target)).toEqual(['host', 'containerd', 'middleware'])
  expect(runs[0]?.results.find(({ check }) => check === 'HOST-SSH-01')).toMatchObject({
    verdict: 'fail',
    assetKey: 'host:abc',
  })
  expect(runs[1]?.results.find(({ check }) => check === 'CT-02')).toMatchObject({ verdict: 'fail' })
  expect(() => readFileSync(join(directory, 'state/check-runs.json'))).toThrow(/ENOENT/)
}, 60_000)

test('what goes wrong sends nothing and ends nothing', async () => {
  const file = join(directory, 'no-directory')
  writeFileSync(file, '')
  const { compliance, sent } = start(file)
  await compliance.check()
  await compliance.stop()
  expect(sent).toEqual([])
}, 60_000)
