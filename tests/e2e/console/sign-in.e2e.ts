// Coming in and going out: one-time links, sign-out, and who may see what.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/requirements.ts'
import { type ConsoleWorld, startConsole } from './console.ts'

describeWith(['browser'], 'signing in to the console', () => {
  let world: ConsoleWorld
  beforeAll(async () => {
    world = await startConsole(17_510)
  })
  afterAll(() => world?.close())

  test('a link signs in once, and its token leaves the address', async () => {
    const link = await world.link()
    const page = await world.openStranger(link)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    expect(page.url()).toBe(`${world.url}/`)
    await page.context().close()

    const second = await world.openStranger(link)
    await second.getByRole('heading', { name: 'This link no longer works' }).waitFor()
    expect(await second.getByText('yagura signin', { exact: true }).count()).toBe(1)
    expect(second.url()).not.toContain('#')
    await second.context().close()
  })

  test('a stranger is asked to sign in and is then where they wanted to be', async () => {
    const page = await world.openStranger(`${world.url}/findings?filter=severity+%3D+critical`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const token = new URL(await world.link()).hash
    await page.goto(page.url() + token)
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Findings' }).waitFor()
    expect(new URL(page.url()).searchParams.get('filter')).toBe('severity = critical')
    await page.context().close()
  })

  test('nobody is sent to another site', async () => {
    const page = await world.openStranger(`${world.url}/signin?next=//evil.example${new URL(await world.link()).hash}`)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    expect(new URL(page.url()).origin).toBe(world.url)
    await page.context().close()
  })

  test('signing out ends the session', async () => {
    const page = await world.openStranger(await world.link())
    await page
      .getByRole('button', { name: /Account and display/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto(`${world.url}/findings`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.context().close()
  })

  test('an API token shows its secret once and can be revoked', async () => {
    const page = await world.open('/settings/tokens')
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('nightly report')
    await dialog.getByRole('button', { name: 'New token' }).click()
    await page.getByRole('dialog', { name: 'Token made' }).waitFor()
    const secret = await page.getByRole('dialog').locator('code').first().innerText()
    const asScript = { headers: { authorization: `Bearer ${secret}` } }
    expect((await fetch(`${world.url}/api/v1/overview`, asScript)).status).toBe(200)
    await page.keyboard.press('Escape')
    const row = page.getByRole('row', { name: /nightly report/ })
    await row.waitFor()
    expect(await page.content()).not.toContain(secret)
    await row.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await row.waitFor({ state: 'detached' })
    expect((await fetch(`${world.url}/api/v1/overview`, asScript)).status).toBe(401)
    await page.context().close()
  })

  test('a person is added, gets a link and is taken out again; a viewer is told that settings are for administrators', async () => {
    const page = await world.open('/settings/people')
    await page.getByRole('button', { name: 'Add a person' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Aoi')
    await page.getByRole('dialog').getByRole('button', { name: 'Add a person' }).click()
    await page.getByRole('row', { name: /Aoi/ }).getByRole('button', { name: 'Sign-in link' }).click()
    await page.getByRole('dialog', { name: 'Sign-in link for Aoi' }).waitFor()
    const link = await page.getByRole('dialog').locator('code').innerText()
    const viewer = await world.openStranger(link)
    await viewer.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await viewer.goto(`${world.url}/settings/audit`)
    await viewer.getByText('For administrators').waitFor()
    await page.keyboard.press('Escape')
    const row = page.getByRole('row', { name: /Aoi/ })
    await row.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog', { name: 'Remove Aoi?' }).getByRole('button', { name: 'Remove' }).click()
    await row.waitFor({ state: 'detached' })
    await viewer.goto(`${world.url}/findings`)
    await viewer.getByRole('heading', { name: 'Sign in' }).waitFor()
    await viewer.context().close()
    await page.context().close()
  })
})
