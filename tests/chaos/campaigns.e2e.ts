// kill -9 of the agent in the middle of campaigns, 20 times: what was found before and what is found after is one incident of the
// container, with the steps of both. YAGURA_SAMPLE=ci does 4 of them.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { IncidentReport } from '@yagura/schema'
import { makeNode, type Node } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkout, describeWith } from '../e2e/support/requirements.ts'
import { pause, until } from '../e2e/support/until.ts'

const CAMPAIGNS = process.env.YAGURA_SAMPLE === 'ci' ? 4 : 20
const SHARED = '/srv/campaign'

/**
 * Each step waits for its word; what each does is a strong signal of its own. Another name each time: the very same thing done in three
 * runs of an image would be taken for its work.
 */
const scriptOf = (name: string) => `: ${name}
for step in 1 2 3; do
  while [ ! -e /lab/go-$step ]; do sleep 0.05; done
  case $step in
    1) cp /bin/busybox /tmp/kworkerd; /tmp/kworkerd echo ${name} ;;
    2) mkdir -p /etc/cron.d; echo '* * * * * root /tmp/kworkerd' >/etc/cron.d/${name} ;;
    3) cat /etc/shadow /${name} >/dev/null ;;
  esac
done
exec sleep 600`

/** What each step is told by. */
const RULES = ['drift-exec', 'cron-written', 'shadow-read']

function wordOf(number: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + number).repeat(3)
}

interface Watch {
  readonly child: ChildProcess
  ready: boolean
}

describeWith(['node', 'data', 'sensor'], `${CAMPAIGNS} campaigns, the agent killed in the middle of each`, () => {
  let node: Node
  let directory: string
  let image: string
  let watch: Watch
  const incidents = new Map<string, IncidentReport>()

  function start(): Watch {
    // what `yagura agent watch` runs in its place: the program itself is to be killed
    const program = join(checkout, 'apps/agent/src/watch-main.ts')
    const scope = ['--scope-cgroup', node.cgroupPath, '--root', node.root]
    const argv = [program, ...scope, '--state', join(directory, 'state')]
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    const started: Watch = { child, ready: false }
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const { kind, incident } = JSON.parse(line) as { kind: string; incident?: IncidentReport }
      if (kind === 'ready') started.ready = true
      if (incident) incidents.set(incident.id, incident)
    })
    return started
  }

  async function kill({ child }: Watch): Promise<void> {
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await gone
  }

  const ready = () => until('the agent watches', () => watch.ready || undefined, { timeoutMs: 60_000, everyMs: 50 })
  const of = (name: string) => [...incidents.values()].filter(({ containerIds }) => containerIds.includes(name))
  const open = (name: string) => of(name).filter(({ mergedInto }) => mergedInto === null)
  const rulesOf = (name: string) => new Set(open(name).flatMap(({ steps }) => steps.map(({ rule }) => rule)))

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'yagura-campaigns-'))
    node = await makeNode({ name: `campaigns-${process.pid}` })
    image = await node.importImage('alpine:3.18')
    watch = start()
    await ready()
  }, 180_000)

  afterAll(async () => {
    if (watch) await kill(watch)
    await node?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('no campaign is lost and none falls apart', { timeout: 1_200_000 }, async () => {
    const told: string[] = []
    for (let number = 0; number < CAMPAIGNS; number++) {
      const name = `campaign-${number}`
      const shared = `${SHARED}/${name}`
      mkdirSync(node.root + shared, { recursive: true })
      const mounts = [{ source: shared, destination: '/lab', readOnly: true }]
      await node.run({ image, name, mounts, command: ['/bin/sh', '-c', scriptOf(wordOf(number))] })
      const go = (step: number) => writeFileSync(`${node.root}${shared}/go-${step}`, '')
      const grown = (steps: number) =>
        until(`step ${steps} of ${name} is told`, () => rulesOf(name).has(RULES[steps - 1] ?? '') || undefined, {
          timeoutMs: 30_000,
          everyMs: 50,
        })
      go(1)
      await grown(1)
      if (number % 2 === 1) {
        go(2)
        await grown(2)
      }
      // now and then before it can have written anything down but what it must
      await pause((number % 5) * 150)
      await kill(watch)
      watch = start()
      await ready()
      if (number % 2 === 0) go(2)
      go(3)
      await grown(3)
      told.push(`${name}: ${open(name).length} of ${of(name).length}, ${[...rulesOf(name)].join(' ')}`)
      await node.remove(name)
    }
    console.log(told.join('\n'))
    for (let number = 0; number < CAMPAIGNS; number++) {
      const name = `campaign-${number}`
      expect(open(name), name).toHaveLength(1)
      expect(open(name)[0]?.containerIds).toEqual([name])
      expect([...rulesOf(name)]).toEqual(expect.arrayContaining(RULES))
    }
  })
})
