// Looking around: overview, assets down to a package, findings by filter, live events, keyboard, languages and themes.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/requirements.ts'
import { type ConsoleWorld, startConsole } from './console.ts'
import { execEvent, FILLER_PACKAGES } from './fleet.ts'

/** Pages of rows come over the network while the test scrolls. */
const PATIENTLY = { timeout: 20_000, interval: 200 }

describeWith(['browser'], 'looking around in the console', () => {
  let world: ConsoleWorld
  beforeAll(async () => {
    world = await startConsole(17_520)
  })
  afterAll(() => world?.close())

  const h1 = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const filterOf = (page: Page) => new URL(page.url()).searchParams.get('filter')

  test('the overview says what needs a person, and its numbers lead to their evidence', async () => {
    const page = await world.open('/')
    const queue = page.locator('section', { has: page.getByRole('heading', { name: 'Needs you now' }) })
    await queue
      .getByRole('link', { name: /CVE-2026-1001|libfable/ })
      .first()
      .waitFor()
    await page.getByRole('link', { name: 'Open findings', exact: true }).click()
    await h1(page, 'Findings')
    await page.goBack()
    await page.getByRole('link', { name: /^Critical \d/ }).click()
    await h1(page, 'Findings')
    expect(filterOf(page)).toBe('severity = critical')
    await page.getByRole('row', { name: /CVE-2026-1001/ }).waitFor()
    expect(await page.getByRole('row', { name: /CVE-2026-1002/ }).count()).toBe(0)
    await page.context().close()
  })

  test('assets open from the host down to a package with its evidence', async () => {
    const page = await world.open('/assets')
    await page.getByRole('row', { name: /fable-host/ }).waitFor()
    const container = page.getByRole('row', { name: /fable-web/ })
    await container.getByRole('button', { name: 'Open fable-web' }).click()
    await page.locator('[role=row][aria-level="3"]').getByRole('button', { name: /^Open/ }).click()
    await page
      .getByRole('row', { name: /libfable/ })
      .getByRole('link')
      .click()
    await h1(page, /registry\.example\/fable:1/)
    await page.getByRole('complementary', { name: 'Package' }).getByText('/var/lib/dpkg/status').waitFor()
    await page.goBack()
    // What was open is in the address.
    await page.getByRole('row', { name: /libfable/ }).waitFor()
    await page.context().close()
  })

  test('a container shows how it runs', async () => {
    const { items } = await world.api('listAssets', { query: { filter: 'name = fable-web' } })
    const page = await world.open(`/assets/${items[0]?.id}`)
    await page.getByText(`/usr/bin/fabled --config /etc/fable.conf '; rm -rf "$HOME"'`).waitFor()
    await page.getByText('seccomp filter').waitFor()
    await page.getByText('0.0.0.0:80 → 8080/tcp').waitFor()
    await page.getByRole('link', { name: 'fable-host' }).waitFor()
    await page.context().close()
  })

  test('an image shows its layers with their commands, and a table that only draws what is seen', async () => {
    const { items } = await world.api('listAssets', { query: { kind: 'image' } })
    const page = await world.open(`/assets/${items[0]?.id}?tab=layers`)
    await page.getByText('apt-get install fabled').waitFor()
    await page.getByRole('link', { name: 'Packages' }).last().click()
    const grid = page.getByRole('grid')
    await grid.getByRole('row', { name: /libfable/ }).waitFor()
    expect(Number(await grid.getAttribute('aria-rowcount'))).toBe(FILLER_PACKAGES + 5)
    expect(await grid.getByRole('row').count()).toBeLessThan(100)
    const scroller = page.locator('div:has(> [role=grid])')
    await expect
      .poll(async () => {
        await scroller.evaluate((box) => box.scrollTo(0, box.scrollHeight))
        return Number(await grid.getByRole('row').last().getAttribute('aria-rowindex'))
      }, PATIENTLY)
      .toBe(FILLER_PACKAGES + 5)
    await page.context().close()
  })

  test('findings narrow by the filter line and by facets, which agree', async () => {
    const page = await world.open('/findings')
    await page.getByRole('row', { name: /CVE-2026-1002/ }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('sev')
    await page.getByRole('option', { name: /severity/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.type('>= critical')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /CVE-2026-1002/ }).waitFor({ state: 'detached' })
    expect(filterOf(page)).toBe('severity >= critical')
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await page.getByRole('row', { name: /CVE-2026-1002/ }).waitFor()
    await page.getByRole('checkbox', { name: /^High/ }).check()
    await page.getByRole('row', { name: /CVE-2026-1001/ }).waitFor({ state: 'detached' })
    expect(filterOf(page)).toBe('severity = high')
    await page.getByRole('checkbox', { name: /^Critical/ }).waitFor({ state: 'detached' })
    await page.goBack()
    await page.getByRole('row', { name: /CVE-2026-1001/ }).waitFor()
    await page.context().close()
  })

  test('a wrong filter is explained and not sent', async () => {
    const page = await world.open('/findings')
    await page.getByRole('combobox', { name: 'Filter' }).fill('severity = hihg')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(filterOf(page)).toBeNull()
    await page.context().close()
  })

  test('the keyboard goes from list to panel to page and back', async () => {
    const page = await world.open('/findings?filter=kind+%3D+vulnerability')
    await page.getByRole('row', { name: /CVE-2026-1001/ }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const panel = page.getByRole('complementary', { name: 'Finding' })
    await panel.getByRole('heading', { name: /CVE-2026-1001/ }).waitFor()
    await panel.getByText('2.4.1-3', { exact: true }).waitFor()
    await panel.getByRole('link', { name: 'https://example.org/CVE-2026-1001' }).waitFor()
    await page.keyboard.press('j')
    await panel.getByRole('heading', { name: /CVE-2026-1002/ }).waitFor()
    await page.keyboard.press('Enter')
    await h1(page, 'CVE-2026-1002')
    await page.goBack()
    await panel.waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await page.context().close()
  })

  test('the palette goes anywhere and finds assets, findings and packages', async () => {
    const page = await world.open('/')
    await h1(page, 'Overview')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search or go to' }).waitFor()
    await page.keyboard.type('libfable')
    await page.getByRole('option', { name: /libfable 2\.4\.1-1/ }).waitFor()
    await page.getByRole('option', { name: /CVE-2026-1001/ }).click()
    await h1(page, 'CVE-2026-1001')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search or go to' }).waitFor()
    await page.keyboard.type('coverage')
    await page.keyboard.press('Enter')
    await h1(page, 'Coverage')
    await page.keyboard.press('g')
    await page.keyboard.press('e')
    await h1(page, 'Events')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Pause or resume live events').waitFor()
    await page.context().close()
  })

  test('events arrive live, wait while paused, and show their ancestry', async () => {
    const page = await world.open('/events')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await world.agent.send([execEvent(['curl', 'https://example.org/first'])])
    await page.getByRole('row', { name: /example\.org\/first/ }).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await world.agent.send([execEvent(['curl', 'https://example.org/second']), execEvent(['id'])])
    const waiting = page.getByRole('button', { name: '2 new' })
    await waiting.waitFor()
    expect(await page.getByRole('row', { name: /example\.org\/second/ }).count()).toBe(0)
    await waiting.click()
    await page.getByRole('row', { name: /example\.org\/second/ }).click()
    const panel = page.getByRole('complementary', { name: 'Event' })
    const ancestry = panel.getByRole('list', { name: 'Process ancestry' }).getByRole('listitem')
    await ancestry.last().waitFor()
    expect((await ancestry.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual([
      expect.stringContaining('/sbin/init'),
      expect.stringContaining('/usr/bin/fabled'),
      expect.stringContaining('/usr/bin/curl'),
    ])
    await page.context().close()
  })

  test('past events have a time range in the address', async () => {
    await world.agent.send([execEvent(['make', 'coffee'])])
    const page = await world.open('/events?range=1h&filter=command+%3D+make')
    await page.getByRole('row', { name: /make coffee/ }).waitFor()
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0)
    await page.goto(`${world.url}/events?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z`)
    await page.getByText('No events in this period').waitFor()
    await page.context().close()
  })

  test('agents and coverage say what is not seen, why, and what to do', async () => {
    const page = await world.open('/coverage/agents')
    await page.getByRole('row', { name: /fable-host/ }).click()
    const agent = page.getByRole('complementary', { name: 'Agent' })
    await agent
      .getByRole('row', { name: /sched_prepare_exec/ })
      .getByText('Missing')
      .waitFor()
    await agent.getByText('120,000 read, 3 lost').waitFor()
    await page
      .getByRole('link', { name: /^Coverage gaps/ })
      .first()
      .click()
    await page.getByRole('row', { name: /Sensor hook missing/ }).click()
    await page.getByText('Use a kernel from 6.10 on.').first().waitFor()
    await page.getByRole('link', { name: 'Advisory database' }).click()
    await page.getByText('Ready').waitFor()
    await page.getByRole('link', { name: 'System' }).click()
    await page.getByText(/PostgreSQL \d+/).waitFor()
    await page.context().close()
  })

  test('rows are copied as CSV without formulas', async () => {
    const page = await world.open('/packages?filter=findings+%3E+0')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('row', { name: /libfable/ }).waitFor()
    await page.getByRole('button', { name: 'Copy the rows' }).click()
    await page.getByRole('button', { name: 'Copy as CSV' }).click()
    await page.getByText('Copied 3 rows').waitFor()
    const csv = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(csv.split('\r\n')).toHaveLength(4)
    expect(csv).toContain('libfable,2.4.1-1,deb,critical,1')
    await page.context().close()
  })

  test('language and theme change at once and stay', async () => {
    const page = await world.open('/')
    await h1(page, 'Overview')
    await page
      .getByRole('button', { name: /Account and display/ })
      .first()
      .click()
    await page.getByText('日本語').click()
    await h1(page, '概要')
    await page.getByText('中文').click()
    await h1(page, '概览')
    await page.getByText('深色').click()
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await page.goto(`${world.url}/findings`)
    await h1(page, '发现项')
    expect(await page.evaluate('[document.documentElement.dataset.theme, document.documentElement.lang]')).toEqual([
      'dark',
      'zh',
    ])
    await page.context().close()
  })

  test('data stays on screen while the server does not answer', async () => {
    const page = await world.open('/findings')
    await page.getByRole('row', { name: /CVE-2026-1001/ }).waitFor()
    await page.route('**/api/v1/**', (route) => route.abort())
    await page.getByRole('button', { name: 'First seen' }).click()
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor({ timeout: 20_000 })
    await page.context().close()
  })
})
