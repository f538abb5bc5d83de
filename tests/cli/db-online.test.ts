// `yagura db update` as it goes on line: every published address is asked by its own name, over TLS, and what comes back in the shape
// that its publisher gives it ends in the database. The publishers are one server here, behind a proxy that leads every name to it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createProxy } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { gzipSync } from 'node:zlib'
import { tarArchive } from '@yagura/safe-io/testing'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWorkspace, type Workspace } from './yagura.ts'

const FEEDS = JSON.parse(readFileSync(new URL('../../content/feeds.json', import.meta.url), 'utf8')) as {
  readonly osv: { readonly url: string; readonly ecosystems: readonly string[] }
  readonly files: readonly { readonly name: string; readonly url: string }[]
}
const ADDRESSES = [FEEDS.osv.url, ...FEEDS.files.map(({ url }) => url)].map((url) => new URL(url))

let workspace: Workspace
const servers: Server[] = []
beforeEach(() => {
  workspace = createWorkspace()
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  workspace[Symbol.dispose]()
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

const record = (id: string, ecosystem: string) => ({
  ...{ id, modified: '2026-11-01T00:00:00Z', published: '2026-11-01T00:00:00Z' },
  affected: [
    {
      package: { ecosystem, name: 'made' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }],
    },
  ],
})

/** What each publisher sends, by address without its scheme. */
function published(): Map<string, Buffer> {
  const [kev, epss, vulnrichment, endOfLife] = ['kev', 'epss', 'vulnrichment', 'end-of-life'].map((name) => {
    const { host, pathname } = new URL(FEEDS.files.find((one) => one.name === name)?.url ?? '')
    return `${host}${pathname}`
  })
  const osv = new URL(FEEDS.osv.url).host
  const answers = new Map<string, Buffer>()
  for (const [at, name] of FEEDS.osv.ecosystems.entries()) {
    const id = `MADE-2026-${at}`
    const content = Buffer.from(JSON.stringify(record(id, name)))
    answers.set(`${osv}/${encodeURIComponent(name)}/all.zip`, makeZip([{ name: `${id}.json`, content }]))
  }
  answers.set(
    kev ?? '',
    Buffer.from(
      JSON.stringify({
        ...{ title: 'CISA Catalog', catalogVersion: '2026.11.01', dateReleased: '2026-11-01T00:00:00.0Z', count: 1 },
        vulnerabilities: [
          {
            ...{ cveID: 'CVE-2026-0001', vendorProject: 'A', product: 'B', vulnerabilityName: 'C' },
            ...{ dateAdded: '2026-11-01', shortDescription: 'd', requiredAction: 'e', dueDate: '2026-11-22' },
            ...{ knownRansomwareCampaignUse: 'Known', notes: '', cwes: ['CWE-79'] },
          },
        ],
      }),
    ),
  )
  answers.set(
    epss ?? '',
    gzipSync(
      '#model_version:v2025.03.14,score_date:2026-11-01T12:55:00Z\ncve,epss,percentile\nCVE-2026-0001,0.5,0.9\n',
    ),
  )
  const cve = {
    ...{ dataType: 'CVE_RECORD', dataVersion: '5.1', cveMetadata: { cveId: 'CVE-2026-0001', state: 'PUBLISHED' } },
    containers: {
      cna: { title: 'made' },
      adp: [
        {
          title: 'CISA ADP Vulnrichment',
          metrics: [{ other: { type: 'ssvc', content: { options: [{ Exploitation: 'active' }] } } }],
        },
      ],
    },
  }
  answers.set(
    vulnrichment ?? '',
    gzipSync(tarArchive([{ name: 'vulnrichment-develop/2026/0xxx/CVE-2026-0001.json', content: JSON.stringify(cve) }])),
  )
  const release = {
    name: '12',
    releaseDate: '2023-06-10',
    isEol: false,
    eolFrom: '2028-06-30',
    latest: { name: '12.13' },
  }
  answers.set(
    endOfLife ?? '',
    Buffer.from(JSON.stringify({ schema_version: '1.2.0', result: [{ name: 'debian', releases: [release] }] })),
  )
  return answers
}

it('every published address is asked as it stands, and what its publisher sends is in the database', async () => {
  expect(ADDRESSES.map(({ protocol }) => protocol)).toEqual(ADDRESSES.map(() => 'https:'))
  const names = ADDRESSES.map(({ hostname }) => `DNS:${hostname}`).join(',')
  const [key, certificate] = [workspace.path('key.pem'), workspace.path('certificate.pem')]
  execFileSync(
    'openssl',
    // biome-ignore format: one option a line says no more
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=made', '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  )
  const answers = published()
  const asked: string[] = []
  const publisher = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    const address = `${request.headers.host}${request.url}`
    asked.push(address)
    const body = answers.get(address)
    if (body) response.writeHead(200, { etag: '"1"', 'content-length': body.length }).end(body)
    else response.writeHead(404).end()
  })
  const publisherPort = await listen(publisher)
  const proxy = createProxy().on('connect', (_request, socket) => {
    const behind = connect(publisherPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      behind.pipe(socket).pipe(behind)
    })
    for (const one of [behind, socket]) one.on('error', () => behind.destroy())
  })
  const environment = {
    HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
    NODE_EXTRA_CA_CERTS: certificate,
  }

  const out = workspace.path('made.ydb')
  const updated = await workspace.run(['db', 'update', '--out', out], environment)
  expect(updated).toMatchObject({ code: 0, stderr: expect.not.stringContaining('yagura:') })
  expect(asked.toSorted()).toEqual([...answers.keys()].toSorted())

  const info = JSON.parse((await workspace.run(['db', 'info', out, '--format', 'json'])).stdout)
  expect(info.sources.map(({ name }: { name: string }) => name).toSorted()).toEqual(FEEDS.osv.ecosystems.toSorted())
  expect(info.sources).toEqual(info.sources.map((one: object) => ({ ...one, advisories: 1 })))
  expect(JSON.stringify(info)).not.toContain('"rejected":1')
  const table = (await workspace.run(['db', 'info', out])).stdout
  for (const { name } of FEEDS.files) expect(table).toMatch(new RegExp(`\\n${name} +1 +0 `))
})
