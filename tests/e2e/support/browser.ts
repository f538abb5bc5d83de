// Chromium, headless, with nothing of its own going out to the network.
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { CHROMIUM } from './requirements.ts'

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A page of an English reader; no script on it may fail. When the test does, a picture stays in `directory`. */
export async function withPage(
  browser: Browser,
  directory: string,
  body: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1400, height: 900 } })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  try {
    await body(page)
    expect(errors).toEqual([])
  } catch (error) {
    await page.screenshot({ path: join(directory, 'failed.png') }).catch(() => {})
    throw error
  } finally {
    await context.close()
  }
}
