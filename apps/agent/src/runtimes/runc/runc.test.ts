// A real container that runc itself started; its state is where runc puts it on every machine.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@yagura/kernel'
import { containerFacts } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createListeningBook } from '../../processes/listening-book.ts'
import { alpineRootfs, whyNoContainers } from '../../testing/containerd.ts'
import { testContext } from '../../testing/context.ts'
import { sayWhatIsMissing } from '../../testing/skip.ts'
import { collect } from '../collect.ts'
import { createRuncReader } from './index.ts'

const isLeftOut = sayWhatIsMissing('runc', whyNoContainers())
const bundle = mkdtempSync('/tmp/yg-agent-runc-')
const name = `yagura-test-${process.pid}`
// the id in the cgroup path is what is left when runc's own state cannot be found
const hidden = 'e'.repeat(60) + String(process.pid).padStart(4, '0').slice(-4)

function run(id: string, change: (spec: { process: object; linux: object }) => void, ...flags: string[]): void {
  const place = join(bundle, id)
  mkdirSync(join(place, 'rootfs'), { recursive: true })
  execFileSync('tar', ['-C', join(place, 'rootfs'), '-xzf', alpineRootfs()])
  execFileSync('runc', ['spec'], { cwd: place })
  const spec = JSON.parse(readFileSync(join(place, 'config.json'), 'utf8'))
  spec.process = {
    ...spec.process,
    terminal: false,
    args: ['/bin/sleep', '1000'],
    rlimits: [],
    env: ['KEY=never-sent'],
  }
  change(spec)
  writeFileSync(join(place, 'config.json'), JSON.stringify(spec))
  execFileSync('runc', [...flags, 'run', '--detach', '--bundle', place, id], { stdio: 'ignore', timeout: 30_000 })
}

beforeAll(() => {
  if (isLeftOut) return
  run(name, () => {})
  run(
    hidden,
    (spec) => Object.assign(spec.linux, { cgroupsPath: `/docker/${hidden}` }),
    '--root',
    join(bundle, 'elsewhere'),
  )
}, 60_000)

afterAll(() => {
  if (!isLeftOut) {
    execFileSync('runc', ['delete', '--force', name])
    execFileSync('runc', ['--root', join(bundle, 'elsewhere'), 'delete', '--force', hidden])
  }
  rmSync(bundle, { recursive: true, force: true })
})

describe.skipIf(isLeftOut)('runc', () => {
  it('describes a container from its state and its bundle', async () => {
    const listing = await createRuncReader().read(testContext(''))
    const found = listing.containers.find((container) => container.facts.containerId === name)
    expect(containerFacts.parse(found?.facts)).toMatchObject({
      runtime: 'runc',
      name,
      commandLine: ['/bin/sleep', '1000'],
      user: '0:0',
      readOnlyRoot: true,
      noNewPrivileges: true,
      pid: expect.any(Number),
      cgroupPath: `/${name}`,
    })
    expect(JSON.stringify(found)).not.toContain('never-sent')
  })

  it('finds a container that no runtime describes, by its cgroup, and each container once', async () => {
    async function look() {
      const { containers } = await collect([createRuncReader()], testContext(''), createListeningBook(systemClock))
      return { containers, found: containers.filter((container) => container.facts.containerId === hidden) }
    }
    let { containers, found } = await look()
    // runc returns when its own process is about to become the container's
    while (found[0]?.facts.commandLine[0] === 'runc') ({ containers, found } = await look())
    expect(found).toMatchObject([
      {
        state: 'running',
        facts: { name: hidden.slice(0, 12), commandLine: ['/bin/sleep', '1000'], noNewPrivileges: true },
      },
    ])
    expect(containerFacts.parse(found[0]?.facts).capabilities).toContain('CAP_KILL')
    const ids = containers.map((container) => container.facts.containerId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
