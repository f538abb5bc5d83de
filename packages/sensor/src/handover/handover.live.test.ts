// What happens while no sensor runs is read by the next one, as long as the rings have room.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LiveSensor, OBJECT_PATH, obstacleToLiveTests, openLiveSensor } from '../testing/live.ts'

const obstacle = obstacleToLiveTests()

describe.skipIf(obstacle !== undefined)('handover', () => {
  let mounted: string
  let handoverDirectory: string
  beforeAll(() => {
    mounted = mkdtempSync(join(tmpdir(), 'yg-handover-'))
    handoverDirectory = join(mounted, 'agent')
  })
  afterAll(() => {
    spawnSync('umount', [mounted])
    rmdirSync(mounted)
  })

  const execs = (live: LiveSensor, token: string) =>
    live.events.filter((event) => event.type === 'exec' && event.args.includes(token)).length

  test('eight restarts: every program between two sensors is told, once', async () => {
    const token = randomBytes(6).toString('hex')
    let told = 0
    let live = await openLiveSensor({ handoverDirectory })
    expect(live.sensor.resumedFromMs).toBeNull()
    for (let restart = 0; restart < 8; restart++) {
      spawnSync('/bin/true', [token])
      await live.settle()
      told += execs(live, token)
      live.sensor.close({ handOver: true })
      live.close()
      spawnSync('/bin/true', [token])
      live = await openLiveSensor({ handoverDirectory })
      expect(live.sensor.mode).toBe('ebpf')
      expect(Date.now() - (live.sensor.resumedFromMs ?? 0)).toBeLessThan(60_000)
    }
    await live.settle()
    told += execs(live, token)
    expect(told).toBe(16)
    expect(live.sensor.gaps().filter(({ subject }) => subject.startsWith('security/'))).toEqual([])
    live.close()
    // a plain close leaves nothing behind
    const kept = readdirSync(handoverDirectory).filter((name) => /^(maps|links)-/.test(name))
    expect(kept.flatMap((name) => readdirSync(join(handoverDirectory, name)))).toEqual([])
  }, 180_000)

  test('a sensor that was killed leaves its programs to the next one', async () => {
    const token = randomBytes(6).toString('hex')
    const script = join(import.meta.dirname, `killed-${token}.ts`)
    writeFileSync(
      script,
      `import { createLogger, systemClock } from '@yagura/kernel'
import { openSensor } from '../sensor.ts'
const sensor = await openSensor({ mode: 'auto', objectPath: ${JSON.stringify(OBJECT_PATH)}, withoutHooks: [], clock: systemClock, logger: createLogger('t', { level: 'silent' }), handoverDirectory: ${JSON.stringify(handoverDirectory)} })
sensor.poll(() => {})
console.log(sensor.mode)
setInterval(() => sensor.poll(() => {}), 20)`,
    )
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await once(child.stdout, 'data')
    spawnSync('rm', [script])
    expect(String(said)).toBe('ebpf\n')
    child.kill('SIGKILL')
    await once(child, 'exit')
    for (let n = 0; n < 10; n++) spawnSync('/bin/true', [token])
    const live = await openLiveSensor({ handoverDirectory })
    await live.until(() => execs(live, token) === 10)
    expect(live.sensor.resumedFromMs).not.toBeNull()
    live.close()
  })
})
