// An image that is attacked while it is being learnt, for real: the attack is found then, its work is learnt beside it, and the same
// attack is found again when the image is known.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runContainer } from '../../bench/efficacy/container-run.ts'
import { incidentsOf, signalsOf } from '../../bench/efficacy/judge.ts'
import { parseProfile } from '../../bench/efficacy/profile.ts'
import { readAttacks, readBenign } from '../../bench/efficacy/suite.ts'
import { startWatch, type Watch } from '../../bench/efficacy/watch.ts'
import { makeWorld, type World } from '../../bench/efficacy/world.ts'
import { checkout, describeWith } from './support/requirements.ts'

/** The image is made from Debian's packages where no cache has it. */
const FIRST_RUN_MS = 900_000
const IMAGE = 'bench.local/learning:1'
/** What is there as bench/efficacy/benign.ts waits for it: the agent has seen the last container gone. */
const LEARNT_AFTER_MS = 45_000
const WORK = 'B29'
const ATTACKS = ['EX01', 'PE01']
/** What the engine says of the first of them. */
const SHELL = 'behaviour.shell-on-network'

interface Seen {
  readonly rules: readonly string[]
  readonly incidents: number
  /** Of the last signal: is the image still being learnt? */
  readonly learning: boolean | undefined
}

describeWith(['node', 'sensor'], 'learning', () => {
  let world: World
  let watch: Watch
  const learning: Seen[] = []
  let quiet: Seen
  let attacked: Seen

  async function see(...ids: readonly string[]): Promise<Seen> {
    const folder = join(checkout, 'bench/efficacy')
    const known = [...readBenign(join(folder, 'benign.yaml')), ...readAttacks(join(folder, 'attacks.yaml')).actions]
    const scripts = ids.map((id) => ({ id, script: known.find((one) => one.id === id)?.script ?? 'exit 1' }))
    const plan = { image: IMAGE, profile: parseProfile('default'), scripts, settleMs: 2000, timeoutMs: 60_000 }
    const { run } = await runContainer(world, plan, async () => undefined)
    expect(run.failure).toBeUndefined()
    watch.check()
    const incidents = incidentsOf(watch, run.containerId)
    return {
      incidents: incidents.length,
      rules: [...new Set(incidents.flatMap(({ steps }) => steps.map(({ rule }) => rule)))],
      learning: signalsOf(watch, run.containerId).at(-1)?.value.learning,
    }
  }

  beforeAll(async () => {
    world = await makeWorld()
    await world.makeImages([{ name: IMAGE }])
    watch = await startWatch(world, { name: 'learning' })
    learning.push(await see(WORK))
    learning.push(await see(WORK, ...ATTACKS))
    learning.push(await see(WORK))
    learning.push(await see(WORK, ...ATTACKS))
    learning.push(await see(WORK))
    await new Promise((resolve) => setTimeout(resolve, LEARNT_AFTER_MS))
    quiet = await see(WORK)
    attacked = await see(WORK, ...ATTACKS)
  }, FIRST_RUN_MS)

  afterAll(async () => {
    await watch?.stop()
    await world?.close()
  })

  test('the attack is found while the image is being learnt', () => {
    expect(learning[1]?.learning).toBe(true)
    for (const run of [learning[1], learning[3]]) {
      expect(run?.incidents).toBeGreaterThan(0)
      expect(run?.rules).toContain(SHELL)
    }
  })

  test('the work beside it is learnt', () => {
    expect(quiet.incidents).toBe(0)
  })

  test('the same attack is found again when the image is known', () => {
    expect(attacked.learning).toBe(false)
    expect(attacked.incidents).toBeGreaterThan(0)
    expect(attacked.rules).toContain(SHELL)
  })
})
