// Cases 20 to 22: registries that lead astray, stall, or want what is not theirs. More of them beside the client, in packages/image.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ociBlobs } from '@yagura/image/testing'
import { type Handler, repositoryOf, startRegistry, type TestRegistry } from '@yagura/image/testing/registry'
import { expect } from 'vitest'
import type { HostileCase, Made } from '../case.ts'
import { APK, DPKG, layerOf } from '../image.ts'

const layers = [layerOf(APK), layerOf(DPKG)] as const
const image = ociBlobs(layers)
const [apk, dpkg] = JSON.parse(String(image.blobs.get(image.manifest.digest))).layers as { digest: string }[]

async function serve(set: (registry: TestRegistry) => void, env: Readonly<Record<string, string>> = {}): Promise<Made> {
  const registry = await startRegistry({ app: repositoryOf(image) })
  set(registry)
  const { host } = registry
  return {
    target: `registry:${host}/app:1`,
    options: ['--registry-insecure', host, '--registry-allow-private', host],
    env,
    close: registry.close,
  }
}

function answering(answer: (...args: Parameters<Handler>) => boolean): (registry: TestRegistry) => void {
  return (registry) => {
    registry.answer = answer
  }
}

function redirect(location: string): HostileCase {
  return {
    number: 20,
    title: `a redirect to ${location}`,
    make: () => serve(answering((_, response) => response.writeHead(302, { location }).end() !== undefined)),
    refused: /without encryption|is at|cannot be asked/,
  }
}

export const registries: readonly HostileCase[] = [
  redirect('http://169.254.169.254/latest/meta-data'),
  redirect('https://169.254.169.254/latest/meta-data'),
  redirect('https://[::1]/'),
  {
    number: 21,
    title: 'a registry that is busy twice, and breaks off a layer that is then taken up',
    make() {
      let busy = 2
      let broken = false
      return serve(
        answering((request, response) => {
          if (busy > 0) {
            busy -= 1
            response.writeHead(busy === 1 ? 429 : 503, { 'retry-after': '0' }).end()
            return true
          }
          if (broken || !request.url?.includes(dpkg?.digest ?? '?')) return false
          broken = true
          const bytes = layers[1].stored
          response.writeHead(200, { 'content-length': bytes.length })
          response.write(bytes.subarray(0, 20), () => response.destroy())
          return true
        }),
      )
    },
    packages: ['bash', 'musl'],
    gaps: [],
    seconds: 40,
  },
  {
    number: 21,
    title: 'a manifest without length that never ends',
    make: () =>
      serve(
        answering((request, response) => {
          if (!request.url?.includes('/manifests/')) return false
          const more = () => {
            while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
          }
          response.on('drain', more)
          more()
          return true
        }),
      ),
    refused: /larger than/,
  },
  {
    number: 21,
    title: 'a layer that is not there',
    make: () =>
      serve(
        answering(
          (request, response) =>
            request.url?.includes(apk?.digest ?? '?') === true && response.writeHead(404).end() !== undefined,
        ),
      ),
    packages: ['bash'],
    gaps: ['LAYER_MISSING'],
  },
  {
    number: 22,
    title: 'a token realm at another host, which is not shown the password',
    async make(work) {
      const thief = await startRegistry({})
      const made = await serve(
        (registry) => {
          const auth = Buffer.from('reader:precious').toString('base64')
          writeFileSync(join(work, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }))
          registry.guard = { accepted: 'Bearer good', challenge: `Bearer realm="http://${thief.host}/token"` }
        },
        { DOCKER_CONFIG: work },
      )
      return {
        ...made,
        async close() {
          await made.close?.()
          await thief.close()
          expect(thief.seen).toEqual([])
        },
      }
    },
    refused: /nothing was sent there/,
    check: ({ stderr }) => expect(stderr).not.toContain('precious'),
  },
]
