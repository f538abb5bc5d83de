// Docker Engine API over its unix socket (docs.docker.com/reference/api/engine): the few answers that are read, checked.
import { request } from 'node:http'
import { z } from 'zod'

const ANSWER_BYTES_MAX = 32 * 1024 * 1024
const TIMEOUT_MS = 5000

const text = z.string().catch('')
const strings = z.array(z.string()).nullish().catch(null)
const stringRecord = z.record(z.string(), z.string()).nullish().catch(null)

export const dockerVersion = z.object({ Version: text })
export const dockerContainers = z.array(z.object({ Id: z.string() }))
export const dockerImages = z.array(
  z.object({
    Id: z.string(),
    RepoTags: strings,
    RepoDigests: strings,
    Created: z.number().catch(0),
    Size: z.number().catch(0),
  }),
)
const binding = z.object({ HostIp: text, HostPort: text })
export const dockerContainer = z.object({
  Id: z.string(),
  Name: text,
  Image: text,
  Path: text,
  Args: strings,
  State: z.object({ Running: z.boolean().catch(false), Paused: z.boolean().catch(false), Pid: z.number().catch(0) }),
  Config: z.object({ Image: text, User: text, Labels: stringRecord }),
  HostConfig: z.object({
    Privileged: z.boolean().catch(false),
    ReadonlyRootfs: z.boolean().catch(false),
    CapAdd: strings,
    CapDrop: strings,
    SecurityOpt: strings,
    NetworkMode: text,
    PidMode: text,
    IpcMode: text,
    UTSMode: text,
    UsernsMode: text,
    CgroupnsMode: text,
  }),
  Mounts: z
    .array(z.object({ Type: text, Source: text, Destination: text, RW: z.boolean().catch(true) }))
    .nullish()
    .catch(null),
  NetworkSettings: z
    .object({ Ports: z.record(z.string(), z.array(binding).nullable()).nullish().catch(null) })
    .nullish(),
})
export type DockerContainer = z.infer<typeof dockerContainer>

/** One answer of the engine; throws in plain words. */
export function askDocker<T>(socketPath: string, path: string, schema: z.ZodType<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: TIMEOUT_MS, headers: { host: 'docker' } }, (response) => {
      const chunks: Buffer[] = []
      let total = 0
      response.on('data', (chunk: Buffer) => {
        total += chunk.length
        if (total > ANSWER_BYTES_MAX)
          asked.destroy(new Error(`the answer to ${path} is larger than ${ANSWER_BYTES_MAX} bytes`))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode !== 200)
          return reject(new Error(`${path} was answered with status ${response.statusCode}`))
        try {
          resolve(schema.parse(JSON.parse(Buffer.concat(chunks, total).toString('utf8'))))
        } catch {
          reject(new Error(`the answer to ${path} is not what the Docker API describes`))
        }
      })
    })
    asked.on('timeout', () => asked.destroy(new Error('the engine does not answer')))
    asked.on('error', reject)
    asked.end()
  })
}
