// Images of a fleet: what an update changes, which layer brought what, and who has a package below a version.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/requirements.ts'
import { until } from '../support/until.ts'
import { type ConsoleWorld, startConsole } from './console.ts'
import { nextImage } from './fleet.ts'

describeWith(['browser'], 'images in the console', () => {
  let world: ConsoleWorld
  let first: string
  beforeAll(async () => {
    world = await startConsole(17_540)
    await world.agent.send(nextImage())
    const images = await until('both images are there', async () => {
      const { items } = await world.api('listAssets', { query: { kind: 'image' } })
      return items.length === 2 ? items : undefined
    })
    first = images[0]?.id ?? ''
  })
  afterAll(() => world?.close())

  test('an image is compared with the next tag, and each difference leads to its evidence', async () => {
    const page = await world.open(`/assets/${first}`)
    await page.getByRole('button', { name: 'Compare with …' }).click()
    const same = page.getByRole('region', { name: 'Same repository' })
    await same.getByRole('link', { name: 'registry.example/fable:2' }).click()
    await page.getByRole('heading', { level: 1, name: 'Compare images' }).waitFor()
    const pane = (name: string) => page.locator('section', { has: page.getByRole('heading', { name, exact: true }) })
    await pane('Packages that change version').getByText('2.4.1-1 → 2.4.1-3').waitFor()
    await pane('Packages added').getByRole('link', { name: 'moral' }).waitFor()
    await pane('Findings that go away')
      .getByRole('link', { name: /CVE-2026-1001/ })
      .waitFor()
    await pane('Packages added').getByRole('link', { name: 'moral' }).click()
    const evidence = page.getByRole('complementary', { name: 'Package' })
    await evidence.getByText('fabled (deb)').waitFor()
    await evidence.getByText('ADD file:base').waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'Swap the two' }).click()
    await pane('Findings that appear')
      .getByRole('link', { name: /CVE-2026-1001/ })
      .waitFor()
    await page.context().close()
  })

  test('secrets of an image: masked, with file, layer and command, also those that a later layer deletes', async () => {
    const page = await world.open(`/assets/${first}?tab=secrets`)
    const row = page.getByRole('row', { name: /github-token/ })
    await row.getByText('/srv/fable/deploy/.netrc:3').waitFor()
    await row.getByText('Deleted later').waitFor()
    await page.getByRole('row', { name: /private-key/ }).waitFor()
    expect(await page.getByRole('row', { name: /CVE-|Runs as root/ }).count()).toBe(0)
    await row.click()
    const panel = page.getByRole('complementary', { name: 'Finding' })
    await panel.getByText('ghp_… (40 characters)').waitFor()
    await panel.getByText(/A later layer deletes the file/).waitFor()
    await panel.getByText('ADD file:base in /').waitFor()
    await panel.getByText(/Take the secret out of use/).waitFor()
    await page.context().close()
  })

  test('mistakes of an image say what was found and what to do, and are findings like others', async () => {
    const page = await world.open(`/assets/${first}?tab=mistakes`)
    await page
      .getByRole('row', { name: /Runs as root/ })
      .getByText('Add USER with a number')
      .waitFor()
    await page
      .getByRole('row', { name: /Setuid/ })
      .getByText('/usr/bin/fable-helper')
      .waitFor()
    await page.goto(`${world.url}/findings?filter=${encodeURIComponent('kind = mistake and check = root-user')}`)
    await page
      .getByRole('row', { name: /Runs as root/ })
      .first()
      .waitFor()
    await page.context().close()
  })

  test('attacks that are known stand out, and feeds tell their age', async () => {
    const page = await world.open(`/findings?filter=${encodeURIComponent('kev = true')}&sort=-epss`)
    const row = page.getByRole('row', { name: /CVE-2026-1001/ }).first()
    await row.getByText('KEV', { exact: true }).waitFor()
    await row.getByText('94.21%').waitFor()
    expect(await page.getByRole('row', { name: /CVE-2026-1002/ }).count()).toBe(0)
    await row.click()
    const panel = page.getByRole('complementary', { name: 'Finding' })
    await panel.getByText('Attacks are known').waitFor()
    await panel.getByText(/used by ransomware/).waitFor()
    await panel.getByText(/exploitation: Active/).waitFor()
    await page.goto(`${world.url}/coverage/advisories`)
    await page.getByRole('row', { name: /^kev/ }).waitFor()
    await page.getByRole('row', { name: /^csaf/ }).getByText('Not included').waitFor()
    await page.context().close()
  })

  test('the history shows every step, and the secrets of a layer', async () => {
    const page = await world.open(`/assets/${first}?tab=layers`)
    await page.getByText('ENV FABLE_HOME=/srv/fable').waitFor()
    await page.getByText('no layer').first().waitFor()
    await page.getByRole('link', { name: '1 secret in it' }).first().click()
    await page.getByRole('row', { name: /github-token/ }).waitFor()
    await page.context().close()
  })

  test('a layer leads to the packages that came with it', async () => {
    const page = await world.open(`/assets/${first}?tab=layers`)
    await page.getByRole('link', { name: /packages came with it/ }).click()
    await page.getByRole('row', { name: /libfable/ }).waitFor()
    expect(new URL(page.url()).searchParams.get('filter')).toMatch(/^layer = "?sha256:/)
    await page.context().close()
  })

  test('who has a package below a version: asked in two fields, kept in the address', async () => {
    const page = await world.open('/packages')
    await page.getByRole('textbox', { name: 'Package' }).fill('libfable')
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /2\.4\.1-3/ }).waitFor()
    await page.getByRole('textbox', { name: 'Older than' }).fill('2.4.1-2')
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /2\.4\.1-3/ }).waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /2\.4\.1-1/ }).waitFor()
    await page.reload()
    await page.getByRole('row', { name: /2\.4\.1-1/ }).waitFor()
    expect(new URL(page.url()).search).toBe('?name=libfable&below=2.4.1-2')
    await page.context().close()
  })
})
