// How to reach a cluster, from a kubeconfig file. Source: kubernetes.io, "Organizing Cluster Access Using kubeconfig Files".
// Programs that a kubeconfig names (`exec`) are never run: a file that somebody sends must not start anything.
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'

export interface ClusterAccess {
  /** Name of the cluster, for results. */
  readonly name: string
  /** https address of the API server. */
  readonly server: string
  readonly ca: string | undefined
  readonly serverName: string | undefined
  /** The file says that the server's certificate is not to be checked. */
  readonly insecure: boolean
  readonly token: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
}

const BYTES_MAX = 1 << 20
type Fields = Readonly<Record<string, unknown>>

export function readKubeconfig(path: string, contextName?: string): Result<ClusterAccess, YaguraError> {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    return err(new YaguraError('INPUT_NOT_FOUND', `The kubeconfig ${path} cannot be read.`, { cause }))
  }
  if (bytes.length > BYTES_MAX) return wrong(path, 'it is larger than 1 MiB')
  const [document] = parseYamlDocuments(bytes, path)
  if (!document?.value.ok) return wrong(path, 'it is no YAML')
  const config = fieldsOf(document.value.value)
  const wanted = contextName ?? textOf(config['current-context'])
  const context = named(config.contexts, wanted, 'context')
  if (!context) return wrong(path, `it has no context ${wanted || '(none is current)'}`)
  const cluster = named(config.clusters, textOf(context.cluster), 'cluster')
  const user = named(config.users, textOf(context.user), 'user') ?? {}
  const server = textOf(cluster?.server)
  if (!cluster || !server?.startsWith('https://')) return wrong(path, 'its cluster has no https address')
  if (user.exec !== undefined || user['auth-provider'] !== undefined) {
    return err(
      new YaguraError('INPUT_UNSUPPORTED', `${path} signs in by running a program, which is not done here.`, {
        hint: 'Make a service account that may list what is checked, and a kubeconfig with its token.',
      }),
    )
  }
  try {
    const part = (holder: Fields, name: string) => dataOrFile(holder, name, dirname(path))
    return ok({
      name: textOf(context.cluster) ?? server,
      server: server.replace(/\/+$/, ''),
      ca: part(cluster, 'certificate-authority'),
      serverName: textOf(cluster['tls-server-name']),
      insecure: cluster['insecure-skip-tls-verify'] === true,
      token: textOf(user.token) ?? tokenFrom(user, dirname(path)),
      certificate: part(user, 'client-certificate'),
      key: part(user, 'client-key'),
    })
  } catch (cause) {
    return err(new YaguraError('INPUT_NOT_FOUND', `A file that ${path} names cannot be read.`, { cause }))
  }
}

function named(list: unknown, name: string | undefined, kind: string): Fields | undefined {
  if (!Array.isArray(list) || name === undefined) return undefined
  const found = list.map(fieldsOf).find((one) => one.name === name)
  return found && fieldsOf(found[kind])
}

function dataOrFile(holder: Fields, name: string, directory: string): string | undefined {
  const data = textOf(holder[`${name}-data`])
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8')
  const file = textOf(holder[name])
  return file === undefined ? undefined : readFileSync(isAbsolute(file) ? file : join(directory, file), 'utf8')
}

function tokenFrom(user: Fields, directory: string): string | undefined {
  const file = textOf(user.tokenFile)
  return file === undefined ? undefined : readFileSync(isAbsolute(file) ? file : join(directory, file), 'utf8').trim()
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function wrong(path: string, why: string): Result<never, YaguraError> {
  return err(new YaguraError('INPUT_INVALID', `${path} cannot be used: ${why}.`))
}
