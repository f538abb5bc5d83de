// A real server with a known fleet, and a browser that is signed in to it. What every test of the console begins with.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { dataPaths } from '@yagura/kernel'
import type { Client } from '@yagura/schema/client'
import { mustRun } from '@yagura/testbed'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { adminStatus, enrolmentToken, signInLink } from '../support/admin-socket.ts'
import { signIn } from '../support/api.ts'
import { launchBrowser } from '../support/browser.ts'
import { enrolFakeAgent, type FakeAgent } from '../support/fake-agent.ts'
import { NOBODY, startService } from '../support/service.ts'
import { until } from '../support/until.ts'
import { fleet, HOST } from './fleet.ts'
import { makeAdvisories } from './made-advisories.ts'

export interface View {
  readonly language?: 'en' | 'ja' | 'zh'
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

export interface ConsoleWorld {
  readonly url: string
  readonly api: Client
  readonly agent: FakeAgent
  /** A one-time sign-in link, as `yagura signin` prints. */
  link(): Promise<string>
  /** A page of a signed-in administrator. Errors in the page fail the test that closes the world. */
  open(path: string, view?: View): Promise<Page>
  /** A browser that nobody has signed in to. */
  openStranger(address: string): Promise<Page>
  close(): Promise<void>
}

export async function startConsole(port: number): Promise<ConsoleWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'yagura-e2e-console-'))
  chmodSync(directory, 0o755)
  const env = { YAGURA_DATA_DIR: join(directory, 'state'), YAGURA_PORT: String(port) }
  const paths = dataPaths(env)
  mkdirSync(dirname(paths.server.advisories), { recursive: true })
  await makeAdvisories(paths.server.advisories, directory)
  if (process.getuid?.() === 0) await mustRun(['chown', '-R', `${NOBODY}:${NOBODY}`, paths.root])
  const server = startService({
    program: 'apps/server/src/main.ts',
    env,
    logFile: join(directory, 'server.log'),
    asNobody: true,
  })
  const link = () => signInLink(paths.server.adminSocket)
  await until('the server is ready', async () => (await adminStatus(paths.server.adminSocket)).ready || undefined, {
    timeoutMs: 60_000,
  }).catch((cause) => {
    throw new Error(readFileSync(server.logFile, 'utf8').slice(-4000), { cause })
  })
  const url = `http://127.0.0.1:${port}`
  const api = await signIn(url, paths.server.adminSocket)
  const agent = await enrolFakeAgent(await enrolmentToken(paths.server.adminSocket), HOST)
  await agent.send(fleet())
  await until('the image is matched', async () => {
    const { total } = await api('listFindings', { query: { kind: 'vulnerability' } })
    return total >= 3 || undefined
  })
  const browser = await launchBrowser()
  const storageState = await signedInState(browser, await link())
  const errors: string[] = []

  async function openPage(options: BrowserContextOptions, address: string): Promise<Page> {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    page.on('pageerror', (error) => errors.push(`${address}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security.Policy|Uncaught/i.test(message.text()))
        errors.push(message.text())
    })
    await page.goto(address)
    return page
  }

  return {
    url,
    api,
    agent,
    link,
    open: (path, { language = 'en', theme = 'light', width = 1440, height = 900 } = {}) => {
      const preferences = { name: 'yagura.preferences', value: JSON.stringify({ language, theme }) }
      return openPage(
        {
          viewport: { width, height },
          reducedMotion: 'reduce',
          storageState: { ...storageState, origins: [{ origin: url, localStorage: [preferences] }] },
        },
        url + path,
      )
    },
    openStranger: (address) => openPage({}, address),
    async close() {
      await browser.close()
      await agent.close()
      await server.stop()
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
      if (errors.length > 0) throw new Error(`Errors in the pages:\n${errors.join('\n')}`)
    },
  }
}

async function signedInState(browser: Browser, address: string) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(address)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  const state = await context.storageState()
  await context.close()
  return state
}
