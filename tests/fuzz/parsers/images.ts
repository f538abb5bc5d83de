// Images as whole files: what their documents and layers say, through everything that a scan does with them.
import { openImage, type Target } from '@yagura/image'
import { dockerArchive, gzipLayer, ociBlobs, plainLayer, writeOciLayout } from '@yagura/image/testing'
import { boltFile } from '@yagura/image/testing/bolt'
import { extractImage } from '@yagura/inventory'
import { maskText, parseSbom, scanBytes } from '@yagura/inventory/testing/parsers'
import { defaultLimits } from '@yagura/kernel'
import { tarArchive } from '@yagura/safe-io/testing'
import { batch, imageReport } from '@yagura/schema'
import type { FuzzedParser } from '../parser.ts'
import { seedsFrom } from '../seeds.ts'
import { scratch } from './scratch.ts'

const clock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }
const MiB = 1024 * 1024
const limits = { ...defaultLimits, layerBytes: 64 * MiB, imageBytes: 64 * MiB, heldBytes: 32 * MiB }
const layerTar = tarArchive([
  { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
  {
    name: 'var/lib/dpkg/status',
    content: 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5\n',
  },
  { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.2-r0\n\n' },
  { name: 'a/.wh..wh..opq' },
  { name: '.wh.b' },
  { name: 'app/node_modules/x/package.json', content: '{"name":"x","version":"1.0.0"}' },
  { name: 'l', type: '2', link: '../../x' },
  { name: 'h', type: '1', link: 'etc/os-release' },
])
const image = ociBlobs([gzipLayer(layerTar)])

/** What comes out keeps to the contract, whatever goes in. */
async function scan(target: Target): Promise<void> {
  const opened = await openImage(target, { limits, clock })
  if (!opened.ok) return
  try {
    imageReport.parse(await extractImage(opened.value, { limits, clock, inspect: ['secrets', 'mistakes'] }))
  } finally {
    await opened.value.close()
  }
}

export const imageParsers: readonly FuzzedParser[] = [
  {
    name: 'image/layer',
    seeds: () => [layerTar],
    parse: (bytes) =>
      scan({
        kind: 'oci',
        path: writeOciLayout(`${scratch({})}/layer`, ociBlobs([plainLayer(bytes)])),
        reference: null,
      }),
  },
  {
    name: 'image/configuration',
    seeds: () => [
      Buffer.from(
        JSON.stringify({
          config: {
            Env: ['A_PASSWORD=x', 'PATH=/bin'],
            Labels: { a: 'b' },
            Cmd: ['sh'],
            ExposedPorts: { '80/tcp': {} },
            User: '0',
          },
          history: [
            { created: '2026-01-01T00:00:00Z', created_by: 'RUN echo root:x | chpasswd' },
            { empty_layer: true },
          ],
        }).slice(0, -1),
      ),
    ],
    parse(bytes) {
      // the part that is not said must fit: which layers there are
      const layer = plainLayer(layerTar)
      const text = `${bytes.toString('latin1')},"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["${layer.diffId}"]}}`
      const archive = tarArchive([
        { name: 'l/layer.tar', content: layer.stored },
        { name: 'c.json', content: text },
        { name: 'manifest.json', content: '[{"Config":"c.json","RepoTags":["a:1"],"Layers":["l/layer.tar"]}]' },
      ])
      return scan({ kind: 'docker-archive', path: `${scratch({ 'c.tar': archive })}/c.tar` })
    },
  },
  {
    name: 'image/docker-archive',
    seeds: () => [dockerArchive([gzipLayer(layerTar), plainLayer(tarArchive([]))])],
    parse: (bytes) => scan({ kind: 'docker-archive', path: `${scratch({ 'image.tar': bytes })}/image.tar` }),
  },
  {
    name: 'image/index',
    seeds: () => [
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          manifests: [{ ...image.manifest, annotations: { 'org.opencontainers.image.ref.name': '1' } }],
        }),
      ),
    ],
    parse(bytes) {
      const path = writeOciLayout(`${scratch({})}/index`, image)
      scratch({ 'index/index.json': bytes })
      return scan({ kind: 'oci', path, reference: null })
    },
  },
  {
    name: 'image/containerd-metadata',
    seeds: () => {
      const { digest, mediaType, size } = image.manifest
      const named = { target: { digest, mediatype: mediaType, size: Buffer.from([size]) } }
      const tree = {
        v1: { default: { images: { 'localhost/a:1': named } }, other: { images: { b: named }, labels: {} } },
      }
      return [boltFile(tree), boltFile(tree, { inlineUpTo: 0, splitFrom: 2 })]
    },
    async parse(bytes) {
      const place = scratch({ 'containerd/io.containerd.metadata.v1.bolt/meta.db': bytes })
      const opened = await openImage(
        { kind: 'containerd', name: 'localhost/a:1' },
        { limits, clock, containerdRoot: `${place}/containerd` },
      )
      if (opened.ok) await opened.value.close()
    },
  },
  {
    name: 'document/sbom',
    seeds: () => [
      ...seedsFrom('packages/inventory/src/sbom', 'sbom'),
      ...seedsFrom('packages/export/src/formats/cyclonedx', 'sbom'),
    ],
    parse(bytes) {
      const parsed = parseSbom(bytes, 'x.json', { limits, clock })
      if (parsed.ok) imageReport.parse(parsed.value)
    },
  },
  {
    name: 'text/secrets',
    seeds: () => [
      Buffer.from(`token: ghp_${'aB3d'.repeat(9)}\npassword = "hunter2hunter2"\nurl: https://u:p4ssw0rdlong@h/\n`),
      Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${'Ab3/'.repeat(60)}\n-----END RSA PRIVATE KEY-----\n`),
    ],
    parse(bytes) {
      for (const { match } of scanBytes(bytes, 'app/settings.env', { bytes: MiB }).secrets)
        if (match.length > 100) throw new Error('More of a secret is shown than its mask.')
      maskText(bytes.toString(), 'x', { bytes: MiB })
    },
  },
  {
    name: 'wire/batch',
    seeds: () => seedsFrom('packages/schema/src', 'batch'),
    parse(bytes) {
      try {
        batch.safeParse(JSON.parse(bytes.toString()))
      } catch (thrown) {
        if (!(thrown instanceof SyntaxError)) throw thrown
      }
    },
  },
]
