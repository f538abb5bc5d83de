// The whole of Yagura on one machine: old and new containers on a real node, seen in the API and in the browser.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Asset, StoredEvent } from '@yagura/schema'
import type { Client } from '@yagura/schema/client'
import { makeNode, type Node } from '@yagura/testbed'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInLink } from './support/admin-socket.ts'
import { buildAdvisories } from './support/advisories.ts'
import { listAll } from './support/api.ts'
import { launchBrowser, withPage } from './support/browser.ts'
import { OLD_OPENSSL, oldAlpine } from './support/old-alpine.ts'
import { describeWith } from './support/requirements.ts'
import { pause, until } from './support/until.ts'
import { makeWorld, type World } from './support/world.ts'

const PORT = 17_700

describeWith(['node', 'data', 'sensor'], 'one node, two containers', () => {
  let node: Node
  let world: World
  let api: Client

  beforeAll(async () => {
    world = makeWorld({ name: 'foundation', port: PORT })
    const [started] = await Promise.all([
      makeNode({ name: `e2e-${process.pid}` }),
      buildAdvisories(world.paths.server.advisories, world.directory),
    ])
    node = started
    const alpine = await node.importImage(await oldAlpine(world.directory))
    const debian = await node.importImage('debian:bookworm')
    await node.run({ image: alpine, name: 'old-alpine', command: ['sleep', '3600'], seccomp: true, network: 'bridge' })
    await node.run({ image: debian, name: 'debian', command: ['sleep', '3600'], privileged: true })
    api = (await world.start({ runtimeRoot: node.root })).api
  })

  afterAll(async () => {
    await world?.close()
    await node?.close()
  })

  /** The container of that name, once the agent has reported it. */
  function container(name: string): Promise<Asset> {
    return until(`the container ${name} is listed`, async () => {
      const { items } = await api('listAssets', { query: { kind: 'container', filter: `name = "${name}"` } })
      return items[0]
    })
  }

  async function imageOf(name: string): Promise<string> {
    const { id } = await container(name)
    return until(`the image of ${name} is known`, async () => {
      const { imageId } = await api('getAsset', { params: { id } })
      return imageId ?? undefined
    })
  }

  /** Events of one container whose type and text fit, once `enough` of them are there. */
  function events(filter: string, enough = 1): Promise<StoredEvent[]> {
    return until(`events for ${filter}`, async () => {
      const items = await listAll(api, 'listEvents', { filter })
      return items.length >= enough ? items : undefined
    })
  }

  test('the host is there, and its agent sees with the kernel', async () => {
    const hosts = await until('the host is listed', async () => {
      const { items } = await api('listAssets', { query: { kind: 'host' } })
      return items.length > 0 ? items : undefined
    })
    expect(hosts).toHaveLength(1)
    expect(hosts[0]?.facts).toMatchObject({ kind: 'host', hostname: hostname() })
    const [agent] = (await api('listAgents')).items
    expect(agent?.health?.sensorMode).toBe('ebpf')
    const off = agent?.health?.hooks.filter((hook) => hook.state !== 'attached')
    expect(off).toEqual([])
  })

  test('containers are there with image, command, network and rights', async () => {
    const alpine = await container('old-alpine')
    const [host] = (await api('listAssets', { query: { kind: 'host' } })).items
    expect(alpine).toMatchObject({ kind: 'container', state: 'running', parentId: host?.id })
    expect(alpine.facts).toMatchObject({
      kind: 'container',
      runtime: 'containerd',
      containerId: 'old-alpine',
      imageName: 'testbed.local/alpine-old:3.9',
      imageDigest: expect.stringMatching(/^sha256:/),
      commandLine: ['sleep', '3600'],
      privileged: false,
      seccomp: 'filtered',
    })
    const debian = await container('debian')
    expect(debian.facts).toMatchObject({
      imageName: 'testbed.local/debian:bookworm',
      privileged: true,
      seccomp: 'unconfined',
    })
  })

  test('a container with the labels of a kubelet is linked to its pod', async () => {
    const labels = {
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.name': 'cart-0',
      'io.kubernetes.pod.uid': '5d3c7f0e-0000-4000-8000-000000000001',
      'io.kubernetes.container.name': 'cart',
    }
    await node.run({ image: 'testbed.local/alpine-old:3.9', name: 'cart-id', command: ['sleep', '3600'], labels })
    const found = await until('the container of the pod is listed', async () => {
      const { items } = await api('listAssets', { query: { kind: 'container' } })
      return items.find((one) => one.facts.kind === 'container' && one.facts.containerId === 'cart-id')
    })
    expect(found.facts).toMatchObject({
      pod: { namespace: 'shop', name: 'cart-0', uid: labels['io.kubernetes.pod.uid'], container: 'cart' },
    })
    await node.remove('cart-id')
  })

  test('a container that ends is gone from the live list', async () => {
    await node.run({ image: 'testbed.local/alpine-old:3.9', name: 'brief', command: ['sleep', '3600'] })
    await container('brief')
    await node.remove('brief')
    await until('brief has left', async () => {
      const { items } = await api('listAssets', { query: { kind: 'container', filter: 'name = "brief"' } })
      return items.length === 0 || items[0]?.state !== 'running' ? true : undefined
    })
  })

  test('packages are exactly those of the package managers', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
    const { stdout: installed } = await node.exec('debian', ['dpkg-query', '-W', '-f', '${Package} ${Version}\\n'])
    expect(await packages('debian', 'deb')).toEqual(installed.trim().split('\n').sort())
    const { stdout: database } = await node.exec('old-alpine', ['cat', '/lib/apk/db/installed'])
    const expected = database.split('\n\n').flatMap((record) => {
      const name = /^P:(.*)$/m.exec(record)?.[1]
      return name ? [`${name} ${/^V:(.*)$/m.exec(record)?.[1]}`] : []
    })
    expect(await packages('old-alpine', 'apk')).toEqual(expected.sort())
  })

  async function packages(name: string, type: string): Promise<string[]> {
    const image = await imageOf(name)
    const listed = await until(`packages of ${name}`, async () => {
      const items = await listAll(api, 'listPackages', { image })
      return items.length > 0 ? items : undefined
    })
    return listed
      .filter((one) => one.type === type)
      .map((one) => `${one.name} ${one.version}`)
      .sort()
  }

  test('the old Alpine has findings, each with its package, version and evidence', async () => {
    const asset = await imageOf('old-alpine')
    const found = await until('findings of the old Alpine', async () => {
      const items = await listAll(api, 'listFindings', { asset, kind: 'vulnerability' })
      return items.length > 0 ? items : undefined
    })
    for (const finding of found) {
      expect(finding).toMatchObject({ kind: 'vulnerability', status: 'open', runningContainers: 1 })
      expect(finding.vulnerability?.fixedIn.length).toBeGreaterThan(0)
      expect(finding.vulnerability?.purl).toMatch(/^pkg:apk\/alpine\//)
      expect(finding.locations).toEqual([{ path: '/lib/apk/db/installed', layer: expect.stringMatching(/^sha256:/) }])
    }
    const { image, secrets, mistakes } = await api('getImage', { params: { id: asset } })
    expect(image.layers).toHaveLength(2)
    // the agent looked for both on the node
    expect(secrets).not.toBeNull()
    const wrong = await listAll(api, 'listFindings', { asset, kind: 'mistake' })
    expect(wrong.map(({ mistake }) => mistake?.check)).toContain('root-user')
    expect(mistakes).toBe(wrong.length)
    const ids = found.map((finding) => finding.vulnerability?.id)
    for (const id of OLD_OPENSSL.vulnerabilities) expect(ids).toContain(id)
    const { findings } = await api('getOverview')
    expect(findings.inRunningImages).toBeGreaterThanOrEqual(found.length)
  })

  test('an exec arrives with container, arguments and ancestry', async () => {
    const marker = `marker-${randomUUID()}`
    await node.exec('old-alpine', ['sh', '-c', `/bin/echo ${marker} "two words"; true`])
    const [exec] = await events(`type = "exec" and args startswith "/bin/echo ${marker}"`)
    const asset = await container('old-alpine')
    expect(exec).toMatchObject({
      type: 'exec',
      source: 'ebpf',
      containerId: 'old-alpine',
      assetId: asset.id,
      assetName: 'old-alpine',
      args: ['/bin/echo', marker, 'two words'],
      argsTruncated: false,
      exe: '/bin/busybox',
      command: 'echo',
      uid: 0,
    })
    const [parent, ...above] = exec?.ancestry ?? []
    expect(parent).toMatchObject({ pid: exec?.parentPid, exe: '/bin/busybox' })
    expect(above.some((one) => one.exe.includes('containerd-shim') || one.exe.includes('runc'))).toBe(true)
  })

  test('what a container does comes to the server; the files it opens stay on the node until a signal cites them', async () => {
    const file = `/tmp/${randomUUID()}`
    const script = `nc -l -p 8080 >${file} & sleep 0.5; echo hello | nc -w 1 127.0.0.1 8080; wait`
    expect((await node.exec('old-alpine', ['timeout', '-t', '20', 'sh', '-c', script])).exitCode).toBe(0)
    const of = 'containerId = "old-alpine"'
    const connects = await events(`${of} and type = "connect" and remotePort = 8080`)
    expect(connects[0]).toMatchObject({ family: 'inet', protocol: 'tcp', remoteAddress: '127.0.0.1' })
    const accepts = await events(`${of} and type = "accept" and localPort = 8080`)
    expect(accepts[0]).toMatchObject({ family: 'inet', protocol: 'tcp', localAddress: '127.0.0.1' })
    const execs = await events(`${of} and type = "exec" and args contains "nc -l -p 8080"`)
    await events(`${of} and type = "fork" and pid = ${execs[0]?.parentPid}`)
    const exits = await events(`${of} and type = "exit" and pid = ${execs[0]?.pid}`)
    expect(exits[0]).toMatchObject({ exitCode: 0, signal: 0 })
    expect(await events(`${of} and type = "open" and path = "${file}"`, 0)).toEqual([])
    // a job that cron would run is evidence, and comes with the signal
    await node.exec('old-alpine', [
      'sh',
      '-c',
      'mkdir -p /etc/cron.d; echo "* * * * * root /bin/true" >/etc/cron.d/job',
    ])
    const cited = await events(`${of} and type = "open" and path = "/etc/cron.d/job"`)
    expect(cited[0]).toMatchObject({ created: true, layer: 'upper' })
  })

  test('a live stream shows an exec as it happens', async () => {
    const marker = `live-${randomUUID()}`
    const abort = new AbortController()
    const link = new URL(await signInLink(world.paths.server.adminSocket))
    const session = await fetch(`${world.consoleUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: link.hash.slice(1) }),
    })
    const cookie = session.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const filter = encodeURIComponent(`containerId = "debian" and args contains "${marker}"`)
    const stream = await fetch(`${world.consoleUrl}/api/v1/events/stream?filter=${filter}`, {
      headers: { cookie, accept: 'text/event-stream' },
      signal: abort.signal,
    })
    expect(stream.status).toBe(200)
    const received = (async () => {
      let text = ''
      for await (const chunk of stream.body ?? []) {
        text += Buffer.from(chunk).toString()
        if (text.includes(marker)) return text
      }
      return text
    })()
    await node.exec('debian', ['/bin/echo', marker])
    const text = await Promise.race([received, pause(20_000).then(() => 'nothing came within 20 s')])
    abort.abort()
    expect(text).toMatch(/^id: ?\S+$/m)
    const data = JSON.parse(/^data: ?(.*)$/m.exec(text)?.[1] ?? '{}') as StoredEvent
    expect(data).toMatchObject({ type: 'exec', containerId: 'debian', args: ['/bin/echo', marker] })
  })

  describeWith(['browser'], 'the console', () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await launchBrowser()
    })
    afterAll(() => browser?.close())

    test('shows the findings, the container and an exec as it happens', async () => {
      const marker = `browser-${randomUUID().slice(0, 8)}`
      const image = await imageOf('old-alpine')
      const [finding] = (await api('listFindings', { query: { asset: image, kind: 'vulnerability', limit: 1 } })).items
      await withPage(browser, world.directory, async (page) => {
        await page.goto(await signInLink(world.paths.server.adminSocket))
        await page
          .getByRole('link', { name: /findings/i })
          .first()
          .click()
        await page
          .getByText(finding?.vulnerability?.id ?? 'no finding')
          .first()
          .waitFor()
        await page
          .getByRole('link', { name: /assets/i })
          .first()
          .click()
        await page.getByText('old-alpine').first().waitFor()
        await page
          .getByRole('link', { name: /events/i })
          .first()
          .click()
        await page.getByPlaceholder(/filter/i).fill(`args startswith "/bin/echo ${marker}"`)
        await page.keyboard.press('Enter')
        await node.exec('old-alpine', ['/bin/echo', marker])
        const row = page.getByRole('row').filter({ hasText: `/bin/echo ${marker}` })
        await row.filter({ hasText: 'old-alpine' }).first().waitFor()
      })
    })
  })
})
