// Chromium, headless, with nothing of its own going out to the network.
import { type Browser, chromium } from 'playwright-core'
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
