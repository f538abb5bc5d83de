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
