// Compliance: where we stand, why a check fails and what mends it, the matrix by keyboard, a baseline adopted, a report on paper.
import { inflateSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityViolations } from '../support/accessibility.ts'
import { describeWith } from '../support/requirements.ts'
import { until } from '../support/until.ts'
import { COMPANY_BASELINE, complianceRun, SSL_TITLE } from './compliance-fleet.ts'
import { type ConsoleWorld, startConsole } from './console.ts'
import { HOSTILE_NAME } from './hostile.ts'

describeWith(['browser'], 'compliance in the console', () => {
  let world: ConsoleWorld
  let pages: readonly string[]
  beforeAll(async () => {
    world = await startConsole(17_560)
  })
  afterAll(() => world?.close())

  const filterOf = (page: Page) => new URL(page.url()).searchParams.get('filter')

  test('before anything was checked every view says so', async () => {
    const page = await world.open('/compliance')
    await page.getByText('Nothing was checked yet').waitFor()
    for (const tab of ['results', 'matrix', 'proposal']) {
      await page.goto(`${world.url}/compliance/${tab}`)
      await page.getByText('Nothing was checked yet').waitFor()
    }
    await page.goto(`${world.url}/compliance/drift`)
    await page.getByText('Nothing turned').waitFor()
    await page.goto(`${world.url}/compliance/baselines`)
    await page.getByText('No baseline is adopted').waitFor()
    await page.context().close()
  })

  test('the overview counts, says what turned, and leads to the results', async () => {
    await world.agent.send([complianceRun('pass')])
    await world.agent.send([complianceRun('fail')])
    const { items } = await until('the results are there', async () => {
      const list = await world.api('listCheckResults', { query: { filter: 'check = PG-01 and verdict = fail' } })
      return list.total === 1 ? list : undefined
    })
    const id = items[0]?.id
    pages = [
      '/compliance',
      '/compliance/results',
      `/compliance/results?panel=${id}`,
      `/compliance/results/${id}`,
      '/compliance/matrix',
      '/compliance/matrix?framework=nist-800-190',
      '/compliance/drift',
      '/compliance/baselines',
      '/compliance/proposal',
      '/compliance/report',
    ]
    const page = await world.open('/compliance')
    const turned = page.locator('section', { has: page.getByRole('heading', { name: 'What turned lately' }) })
    await turned.getByText(SSL_TITLE.en).waitFor()
    expect(await turned.getByText('Pass', { exact: true }).count()).toBe(1)
    await page.getByRole('link', { name: /^2\s*Fail$/ }).click()
    await page.getByRole('row', { name: /PG-01/ }).waitFor()
    expect(filterOf(page)).toBe('verdict = fail')
    expect(await page.getByRole('row', { name: /PG-02/ }).count()).toBe(0)
    await page.context().close()
  })

  test('facets narrow the list, and a row opens its evidence and the exact change', async () => {
    const page = await world.open('/compliance/results')
    await page.getByRole('checkbox', { name: /^Fail 2$/ }).check()
    await page.getByRole('row', { name: /PG-01/ }).click()
    const panel = page.getByRole('complementary', { name: 'Result of a check' })
    await panel.getByText('/etc/postgresql/postgresql.conf:105').waitFor()
    const lines = await panel.getByRole('listitem').allInnerTexts()
    expect(lines.some((line) => /^-\s*removed:\s*ssl = off$/.test(line))).toBe(true)
    expect(lines.some((line) => /^\+\s*added:\s*ssl = on$/.test(line))).toBe(true)
    await panel.getByText('GB/T 22239 (MLPS 2.0) 8.1.2.2').waitFor()
    await panel.getByRole('button', { name: 'Copy what it should be' }).waitFor()
    await page.context().close()
  })

  test('titles are in the reader’s language', async () => {
    const page = await world.open('/compliance/results?filter=check+%3D+PG-01', { language: 'ja' })
    await page.getByRole('row', { name: new RegExp(`不適合.*${SSL_TITLE.ja}`) }).waitFor()
    await page.context().close()
  })

  test('the matrix is walked by keyboard, and a cell opens exactly its results', async () => {
    const page = await world.open('/compliance/matrix?framework=nist-800-190')
    const grid = page.getByRole('grid', { name: 'Matrix' })
    const row = grid.getByRole('row', { name: /4\.4\.3/ })
    const column = await grid.getByRole('columnheader', { name: /fable-web/ }).getAttribute('aria-colindex')
    const [back, forth] = column === '2' ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight']
    await row.locator(`[aria-colindex="${column}"]`).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press(back as string)
    expect(await page.evaluate('document.activeElement.getAttribute("aria-colindex")')).not.toBe(column)
    await page.keyboard.press(forth as string)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Compliance' }).waitFor()
    const opened = page.getByRole('grid', { name: 'Results' })
    await opened.getByRole('row', { name: /PG-01/ }).waitFor()
    // 4.4.10 is another section, and RD-01 another asset.
    expect(await opened.getByRole('row').count()).toBe(2)
    await page.context().close()
  })

  test('a proposal says how many fail today, is adopted after one question, and versions are compared', async () => {
    const page = await world.open('/compliance/proposal?name=shop')
    await page.getByRole('row', { name: /PG-01.*1 of 1 fail today/ }).waitFor()
    await page.getByRole('button', { name: 'Adopt', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('2 results fail under it today.').waitFor()
    await dialog.getByRole('button', { name: 'Adopt', exact: true }).click()
    await page.getByRole('row', { name: /shop v1 .*In force/ }).waitFor()
    expect((await world.api('getComplianceSummary')).baseline).toBe('shop')
    await world.api('adoptBaseline', { body: { ...COMPANY_BASELINE, name: 'shop' } })
    await page.reload()
    await page.getByRole('row', { name: /shop v2 .*In force/ }).click()
    const panel = page.getByRole('complementary', { name: 'Baseline' })
    await panel
      .getByRole('listitem')
      .filter({ hasText: /added:\s*PG-\*/ })
      .waitFor()
    await panel.getByText('the override of PG-03 ended on 2026-01-31').waitFor()
    await panel.getByText('storage@example.org').first().waitFor()
    await page.getByRole('row', { name: /shop v1 / }).click()
    await panel.getByRole('button', { name: 'Adopt this version again' }).waitFor()
    await page.context().close()
  })

  test('the report prints in Japanese with its evidence, and only the report', async () => {
    const page = await world.open('/compliance/report', { language: 'ja', theme: 'dark' })
    await page.getByRole('heading', { name: SSL_TITLE.ja }).waitFor()
    await page.getByText('storage@example.org').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('navigation').first().isVisible()).toBe(false)
    expect(await page.getByRole('banner').or(page.locator('header:has(button)')).first().isVisible()).toBe(false)
    // colours may fade over: what counts is what they become
    const color = () => page.evaluate('getComputedStyle(document.querySelector(".report")).color')
    await expect.poll(color, { timeout: 5000 }).toBe('rgb(17, 17, 20)')
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
    const written = charactersOf(pdf)
    const wanted = `コンプライアンスレポート${SSL_TITLE.ja}例外根拠`
    expect([...wanted].filter((character) => !written.has(character))).toEqual([])
    // A4 in points, and more pages than the cover.
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45]\S* 84[12]/)
    expect(pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length).toBeGreaterThan(2)
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)('has no serious accessibility violation in %s', async (theme) => {
    const found: string[] = []
    await onEachPage({ theme }, async (page, path) => {
      for (const line of await accessibilityViolations(page)) found.push(`${path} ${line}`)
      if (await page.evaluate('globalThis.wasRun === 1 || document.querySelector("img") !== null'))
        found.push(`${path} ran a name`)
    })
    expect(found).toEqual([])
  })

  test.each(['en', 'ja', 'zh'] as const)('fits a screen of 390 pixels in %s', async (language) => {
    const wider: string[] = []
    let hostile = 0
    await onEachPage({ language, width: 390, height: 844 }, async (page, path) => {
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) wider.push(path)
      if ((await page.locator('body').textContent())?.includes(HOSTILE_NAME)) hostile += 1
    })
    expect(wider).toEqual([])
    expect(hostile).toBeGreaterThan(2)
  })

  async function onEachPage(
    view: Parameters<ConsoleWorld['open']>[1],
    look: (page: Page, path: string) => Promise<void>,
  ): Promise<void> {
    const page = await world.open('/compliance', view)
    for (const path of pages) {
      await page.goto(world.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('.skeleton').first().waitFor({ state: 'detached' })
      await look(page, path)
    }
    await page.context().close()
  }
})

/**
 * Every character the fonts of a PDF say they draw: the ToUnicode maps (ISO 32000-1, 9.10.3), which is what searching and copying
 * read. Shapes without a character would not be among them.
 */
function charactersOf(pdf: Buffer): Set<string> {
  const characters = new Set<string>()
  const source = pdf.toString('latin1')
  for (const [, stream] of source.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)) {
    const map = inflated(Buffer.from(stream ?? '', 'latin1'))
    if (!map?.includes('begincmap')) continue
    for (const [, code] of map.matchAll(/^<[0-9A-F]+> <([0-9A-F]{4})>$/gm))
      characters.add(String.fromCharCode(Number.parseInt(code ?? '', 16)))
    for (const [, from, to, code] of map.matchAll(/^<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]{4})>$/gm)) {
      const [first = 0, last = 0, start = 0] = [from, to, code].map((hex) => Number.parseInt(hex ?? '', 16))
      for (let at = 0; at <= Math.min(last - first, 255); at++) characters.add(String.fromCharCode(start + at))
    }
  }
  return characters
}

function inflated(stream: Buffer): string | undefined {
  try {
    return inflateSync(stream).toString('latin1')
  } catch {
    return undefined
  }
}
