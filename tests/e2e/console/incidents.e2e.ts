// Incidents: from the queue to the story, its evidence and its picture; acting with a preview, undoing, judging; what a viewer may not.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/requirements.ts'
import { until } from '../support/until.ts'
import { type Attack, answered, attack } from './attack.ts'
import { type ConsoleWorld, startConsole } from './console.ts'
import { HOSTILE_NAME } from './hostile.ts'

const TITLE = 'fabled was taken over and mines for strangers'

describeWith(['browser'], 'incidents in the console', () => {
  let world: ConsoleWorld
  let one: Attack
  beforeAll(async () => {
    world = await startConsole(17_540)
    one = attack()
    await world.agent.send(one.items)
  })
  afterAll(() => world?.close())

  const h1 = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const read = () => world.api('getIncident', { params: { id: one.incidentId } })

  test('the overview leads to it first, and the queue opens it by keyboard', async () => {
    const page = await world.open('/')
    const queue = page.locator('section', { has: page.getByRole('heading', { name: 'Needs you now' }) })
    await queue.getByRole('link').first().filter({ hasText: TITLE }).click()
    await h1(page, TITLE)
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await h1(page, 'Incidents')
    const row = page.getByRole('row', { name: new RegExp(TITLE) })
    await row.getByText('Initial Access, Execution, Defense Evasion').waitFor()
    await page.getByRole('checkbox', { name: /^Critical/ }).check()
    expect(new URL(page.url()).searchParams.get('filter')).toBe('severity = critical')
    await row.waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Incident' }).getByText('a policy may contain it').waitFor()
    await page.keyboard.press('Enter')
    await h1(page, TITLE)
    await page.context().close()
  })

  test('it arrives on an open page, and grows there', async () => {
    const page = await world.open('/incidents')
    await page.getByRole('row', { name: new RegExp(TITLE) }).waitFor()
    const two = attack({ severity: 'medium', title: { en: 'A second one' }, steps: [] })
    await world.agent.send(two.items)
    const row = page.getByRole('row', { name: /A second one/ })
    await row.waitFor()
    await row.click()
    await page.getByRole('button', { name: 'Take' }).click()
    await row.getByText('admin').waitFor()
    await world.agent.send([
      ...attack({ id: two.incidentId, revision: 2, mergedInto: one.incidentId, title: { en: 'A second one' } }).items,
    ])
    await row.waitFor({ state: 'detached' })
    await page.goto(`${world.url}/incidents/${two.incidentId}`)
    await page.getByRole('link', { name: 'Open that incident' }).click()
    await h1(page, TITLE)
    await page.context().close()
  })

  test('the story names technique, process and what was not seen, and leads to the events', async () => {
    const page = await world.open(`/incidents/${one.incidentId}`)
    const stages = page.getByRole('list', { name: 'Stages' })
    await stages.getByText('likely next: 41%').waitFor()
    await page.getByText('12 events of this container were lost').waitFor()
    await page.getByText('2 min later').waitFor()
    await page.getByRole('link', { name: 'T1190 Exploit Public-Facing Application' }).waitFor()
    await page.getByRole('button', { name: 'Show 1 event' }).first().click()
    await page.getByRole('button', { name: 'Hide the event' }).waitFor()
    await page.getByRole('listitem').getByText('Exec', { exact: true }).first().waitFor()
    await stages.getByRole('button', { name: /Impact/ }).click()
    expect(await page.evaluate('document.activeElement.innerText')).toContain('mining pool')
    await page.getByRole('link', { name: 'Its events' }).first().click()
    await h1(page, 'Events')
    expect(new URL(page.url()).searchParams.get('filter')).toContain('startNs = ')
    await page
      .getByRole('row', { name: /curl -s/ })
      .first()
      .waitFor()
    expect(await page.evaluate('globalThis.wasRun')).toBeUndefined()
    await page.context().close()
  })

  test('the picture is reached by keyboard, and the list says the same', async () => {
    const page = await world.open(`/incidents/${one.incidentId}?tab=graph`)
    const node = page.locator('.react-flow__node', { hasText: '/tmp/.x/kworkerd' }).first()
    await node.waitFor({ timeout: 60_000 })
    await page.locator('.react-flow__node', { hasText: HOSTILE_NAME }).waitFor()
    await node.focus()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('complementary', { name: 'Details' })
    await panel.getByRole('heading', { name: '/tmp/.x/kworkerd' }).waitFor()
    await page.getByText('List', { exact: true }).click()
    await page.getByRole('button', { name: /kworkerd.*runs a dropped file/s }).click()
    await panel.getByText('kworkerd speaks the protocol of a mining pool').waitFor()
    await page.getByRole('link', { name: 'Timeline' }).click()
    await page.getByRole('button', { name: /Strong: kworkerd speaks/ }).click()
    await page.getByRole('list', { name: 'Stages' }).waitFor()
    await page.getByRole('link', { name: 'Evidence' }).click()
    await page.getByRole('row', { name: /serviceaccount\/token/ }).click()
    await page.getByRole('complementary', { name: 'Event' }).getByText('Process ancestry').waitFor()
    await page.context().close()
  })

  test('signals and actions narrow by facets, and the container says that it was attacked', async () => {
    const page = await world.open('/incidents/signals')
    await page
      .getByRole('row', { name: /mining pool/ })
      .first()
      .waitFor()
    await page
      .getByRole('group', { name: 'Grade' })
      .getByRole('checkbox', { name: /^Medium/ })
      .check()
    await page
      .getByRole('row', { name: /mining pool/ })
      .first()
      .waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('filter')).toBe('grade = medium')
    await page.goto(`${world.url}/incidents/actions`)
    await page.getByRole('checkbox', { name: /^Freeze/ }).check()
    const row = page.getByRole('row', { name: /Freeze/ }).first()
    await row.getByRole('link', { name: 'fable-web' }).click()
    await h1(page, 'fable-web')
    await page.getByRole('link', { name: TITLE }).first().click()
    await h1(page, TITLE)
    await page.context().close()
  })

  test('the timeline zooms to steps of one second, and back', async () => {
    const page = await world.open(`/incidents/${one.incidentId}?tab=timeline`)
    const impact = page.getByRole('button', { name: /Strong: kworkerd speaks/ })
    await impact.waitFor()
    const before = await impact.boundingBox()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await expect.poll(async () => (await impact.boundingBox())?.x).not.toBe(before?.x)
    await page.getByRole('button', { name: /kworkerd, which is not from the image/ }).focus()
    for (let times = 0; times < 9; times++) await page.keyboard.press('+')
    await impact.waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('0')
    await expect.poll(async () => (await impact.boundingBox())?.x).toBe(before?.x)
    await page.context().close()
  })

  test('a graph of hundreds of nodes is folded to what can be read, and opens', async () => {
    const at = new Date().toISOString()
    const files = Array.from({ length: 200 }, (_, i) => ({
      id: `f:${i}`,
      kind: 'file' as const,
      label: `/srv/data/${i}`,
    }))
    const [process] = one.nodes
    const large = attack({
      title: { en: 'A large one' },
      nodes: [...one.nodes, ...files.map((file) => ({ ...file, detail: '', tags: [], at }))],
      edges: [
        ...one.edges,
        ...files.map(({ id }) => ({ from: process?.id ?? '', to: id, kind: 'wrote' as const, at, signalId: null })),
      ],
    })
    await world.agent.send(large.items)
    const page = await world.open(`/incidents/${large.incidentId}?tab=graph`)
    await page.getByText('200 nodes are folded away.').waitFor({ timeout: 60_000 })
    expect(await page.locator('.react-flow__node').count()).toBeLessThan(40)
    await page.locator('.react-flow__node', { hasText: '200 more of the same' }).click()
    await page.getByRole('button', { name: 'Fold what is alike' }).click()
    await page.getByText('200 nodes are folded away.').waitFor({ timeout: 60_000 })
    await page.context().close()
    await world.api('changeIncident', { params: { id: large.incidentId }, body: { state: 'closed' } })
  })

  test('an action is previewed by the agent, done, and undone', async () => {
    const page = await world.open(`/incidents/${one.incidentId}`)
    await page.getByRole('button', { name: 'Quarantine the network' }).click()
    const dialog = page.getByRole('dialog', { name: 'Act on this incident' })
    await dialog.getByLabel('Reason').fill('It mines.')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByText('Asking the agent').waitFor()
    const doIt = dialog.getByRole('button', { name: 'Quarantine the network: fable-web' })
    expect(await doIt.isDisabled()).toBe(true)
    const preview = await until('the preview is asked for', async () =>
      (await read()).actions.find(({ state }) => state === 'dry-run'),
    )
    expect(preview).toMatchObject({ decidedBy: 'user:admin', containerId: one.containerId, reason: 'It mines.' })
    await world.agent.send([answered(preview)])
    await dialog.getByText('The agent can do this now.').waitFor()
    await doIt.click()
    await dialog.waitFor({ state: 'detached' })
    const order = await until('the order is there', async () =>
      (await read()).actions.find(({ state }) => state === 'planned'),
    )
    expect(order).toMatchObject({ kind: 'quarantine-network', reversible: true })
    await page.getByText('Waiting for the agent').waitFor()
    await world.agent.send([answered(order, { state: 'done' })])
    await page.getByText('Waiting for the agent').waitFor({ state: 'detached' })
    await page.goto(`${world.url}/incidents/actions?filter=kind+%3D+quarantine-network+and+state+%3D+done`)
    await page
      .getByRole('row', { name: /It mines/ })
      .getByRole('button', { name: 'Undo it' })
      .click()
    await page.getByRole('dialog').getByRole('button', { name: 'Undo it' }).click()
    await page.getByText('The agent has been asked to undo it').waitFor()
    await page.context().close()
  })

  test('what the agent refuses cannot be done, and says why', async () => {
    const page = await world.open(`/incidents/${one.incidentId}`)
    await page.getByRole('button', { name: 'Kill the process tree' }).click()
    const dialog = page.getByRole('dialog', { name: 'Act on this incident' })
    await dialog
      .getByRole('combobox', { name: /^Process/ })
      .selectOption({ label: '6010 /tmp/.x/kworkerd -o pool.example:3333' })
    await dialog.getByLabel('Reason').fill('Away with it.')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    const preview = await until('the preview is asked for', async () =>
      (await read()).actions.find(({ kind }) => kind === 'kill-tree'),
    )
    expect(preview.process?.pid).toBe(6010)
    await world.agent.send([
      answered(preview, { state: 'refused', reason: 'The container says that it is protected.' }),
    ])
    await dialog.getByText('The container says that it is protected.').waitFor()
    expect(await dialog.getByRole('button', { name: /Kill the process tree:/ }).isDisabled()).toBe(true)
    await page.context().close()
  })

  test('a viewer reads everything and changes nothing', async () => {
    const { id } = await world.api('createUser', { body: { name: 'Aoi', role: 'viewer' } })
    const { url } = await world.api('createSignInLink', { params: { id } })
    const page = await world.openStranger(url)
    await h1(page, 'Overview')
    await page.goto(`${world.url}/incidents/${one.incidentId}`)
    await page.getByText('12 events of this container were lost').waitFor()
    for (const name of ['Take', 'Give a verdict', 'Freeze', 'Capture evidence', 'Undo it', 'Add the note'])
      expect([name, await page.getByRole('button', { name, exact: true }).count()]).toEqual([name, 0])
    await page.context().close()
  })

  test('notes stay, and a verdict says what is learnt, and closes', async () => {
    const page = await world.open(`/incidents/${one.incidentId}`)
    await page.getByRole('textbox', { name: 'What you found out' }).fill(`Seen in the logs too: ${HOSTILE_NAME}`)
    await page.getByRole('button', { name: 'Add the note' }).click()
    await page.getByRole('listitem').filter({ hasText: 'Seen in the logs too' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Give a verdict' }).click()
    const dialog = page.getByRole('dialog', { name: 'What was it?' })
    await dialog.getByText('does not learn it again').waitFor()
    await dialog.getByRole('radio', { name: /True attack/ }).check()
    await dialog.getByRole('button', { name: 'Judge and close' }).click()
    await page.getByRole('button', { name: 'Open again' }).waitFor()
    expect(await read()).toMatchObject({ state: 'closed', verdict: 'true-attack' })
    await page.goto(`${world.url}/incidents?filter=verdict+%3D+true-attack&state=all`)
    await page
      .getByRole('row', { name: new RegExp(TITLE) })
      .getByText('True attack')
      .waitFor()
    expect(await page.evaluate('globalThis.wasRun')).toBeUndefined()
    await page.context().close()
  })
})
