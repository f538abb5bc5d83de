// Every page, in light and dark, wide and narrow: accessible by axe-core, within its window, and deaf to hostile names.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityViolations } from '../support/accessibility.ts'
import { describeWith } from '../support/requirements.ts'
import { until } from '../support/until.ts'
import { attack } from './attack.ts'
import { type ConsoleWorld, startConsole, type View } from './console.ts'
import { execEvent, nextImage } from './fleet.ts'
import { HOSTILE_NAME } from './hostile.ts'

describeWith(['browser'], 'every page of the console', () => {
  let world: ConsoleWorld
  let pages: readonly string[]
  beforeAll(async () => {
    world = await startConsole(17_530)
    const one = attack()
    await world.agent.send(one.items)
    const assets = await world.api('listAssets')
    const findings = await world.api('listFindings')
    await world.agent.send([execEvent(['sh', '-c', `echo '${HOSTILE_NAME}'`])])
    await world.agent.send(nextImage())
    const next = await until(
      'the next image is there',
      async () =>
        (await world.api('listAssets', { query: { filter: 'name endswith "fable:2"' } })).items[0]?.id || undefined,
    )
    pages = [
      '/',
      '/incidents',
      `/incidents?panel=${one.incidentId}`,
      ...['story', 'graph', 'timeline', 'evidence'].map((tab) => `/incidents/${one.incidentId}?tab=${tab}`),
      `/incidents/${one.incidentId}?tab=graph&panel=${encodeURIComponent('p:6010:7006010')}`,
      '/incidents/signals',
      '/incidents/actions',
      `/incidents/actions?panel=${one.actionId}`,
      '/assets',
      '/assets?view=container',
      `/assets?view=container&panel=${assets.items.find((asset) => asset.name === HOSTILE_NAME)?.id}`,
      ...assets.items.map((asset) => `/assets/${asset.id}`),
      ...assets.items
        .filter((asset) => asset.kind === 'image')
        .flatMap(({ id }) =>
          ['packages', 'findings', 'secrets', 'mistakes', 'layers', 'gaps'].map((tab) => `/assets/${id}?tab=${tab}`),
        ),
      '/findings',
      ...findings.items.map((finding) => `/findings?panel=${finding.id}`),
      `/findings/${findings.items[0]?.id}`,
      '/findings?filter=severity+%3D+low+and+fixable+%3D+false',
      '/packages',
      '/packages?name=libfable&below=3',
      ...assets.items.filter((asset) => asset.kind === 'image').map(({ id }) => `/images/${id}/diff/${next}`),
      '/events',
      '/events?range=1h',
      '/coverage/agents',
      '/coverage/gaps',
      '/coverage/advisories',
      '/coverage/system',
      '/settings/enrol',
      '/settings/tokens',
      '/settings/people',
      '/settings/notifications',
      '/settings/audit',
      '/nowhere',
    ]
  })
  afterAll(() => world?.close())

  /** Each page in one browser tab, when its data is there. */
  async function onEachPage(view: View, look: (page: Page, path: string) => Promise<void>): Promise<void> {
    const page = await world.open(pages[0] ?? '/', view)
    for (const path of pages) {
      await page.goto(world.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page
        .locator('.skeleton')
        .first()
        .waitFor({ state: 'detached' })
        .catch((cause) => {
          throw new Error(`${path} goes on loading.`, { cause })
        })
      await look(page, path)
    }
    await page.context().close()
  }

  test.each(['light', 'dark'] as const)('has no serious accessibility violation in %s', async (theme) => {
    const found: string[] = []
    await onEachPage({ theme }, async (page, path) => {
      for (const line of await accessibilityViolations(page)) found.push(`${path} ${line}`)
    })
    expect(found).toEqual([])
  })

  test.each(['en', 'ja', 'zh'] as const)('fits a screen of 390 pixels in %s', async (language) => {
    const wider: string[] = []
    await onEachPage({ language, width: 390, height: 844 }, async (page, path) => {
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) wider.push(path)
    })
    expect(wider).toEqual([])
  })

  test('hostile names are text, and nothing in them runs', async () => {
    const ran: string[] = []
    let seen = 0
    await onEachPage({}, async (page, path) => {
      if (await page.evaluate('globalThis.wasRun === 1 || document.querySelector("img") !== null')) ran.push(path)
      if ((await page.locator('body').innerText()).includes(HOSTILE_NAME)) seen += 1
      expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
    })
    expect(ran).toEqual([])
    expect(seen).toBeGreaterThan(5)
    const page = await world.open('/packages?filter=name+icontains+invoice')
    await page.getByRole('row', { name: /invoice\\u202egpj\.exe/ }).waitFor()
    await page.context().close()
  })

  test('the content security policy forbids inline code', async () => {
    const policy = (await fetch(`${world.url}/`)).headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/script-src 'self'(;|$)|default-src 'self'/)
    expect(policy).not.toMatch(/unsafe-inline[^;]*script|script-src[^;]*unsafe/)
  })
})
