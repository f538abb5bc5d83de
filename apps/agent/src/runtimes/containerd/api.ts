// Calls to containerd over its socket: gRPC with the few messages of api.proto.
import { join } from 'node:path'
import {
  type Client,
  credentials,
  Metadata,
  type MethodDefinition,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader'

export interface Container {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  readonly image: string
  readonly spec: { readonly value: Buffer } | null
}
export interface Task {
  readonly id: string
  readonly pid: number
  /** containerd.v1.types.Status */
  readonly status: number
}
export interface Descriptor {
  readonly digest: string
  readonly size: number
}
export interface StoredImage {
  readonly name: string
  readonly target: Descriptor | null
}

export interface ContainerdApi {
  version(): Promise<string>
  namespaces(): Promise<string[]>
  containers(namespace: string): Promise<readonly Container[]>
  tasks(namespace: string): Promise<readonly Task[]>
  images(namespace: string): Promise<readonly StoredImage[]>
  /** One container, its task and its image; undefined where there is none. */
  container(namespace: string, id: string): Promise<Container | undefined>
  task(namespace: string, id: string): Promise<Task | undefined>
  image(namespace: string, name: string): Promise<StoredImage | undefined>
  /** A whole blob of the content store. Throws when it is larger than `maxBytes`. */
  blob(namespace: string, digest: string, maxBytes: number): Promise<Buffer>
  close(): void
}

export const TASK_STOPPED = 3

const CALL_TIMEOUT_MS = 5000
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024

const messages = loadSync(join(import.meta.dirname, 'api.proto'), { keepCase: false, longs: Number, defaults: true })

export function connectContainerd(socketPath: string): ContainerdApi {
  const options = {
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    // the authority would otherwise be the percent-encoded path, which containerd's HTTP/2 refuses
    'grpc.default_authority': 'localhost',
  }
  const GenericClient = makeGenericClientConstructor({}, 'containerd')
  const client: Client = new GenericClient(`unix:${socketPath}`, credentials.createInsecure(), options)

  function unary<T>(path: string, answer: string, request: string, body: object, namespace?: string): Promise<T> {
    const method = methodOf(path, request, answer)
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        body,
        metadataOf(namespace),
        { deadline: Date.now() + CALL_TIMEOUT_MS },
        (error, value) => (error ? reject(error) : resolve(value as T)),
      )
    })
  }

  /** What a Get brings, or undefined where containerd says that there is no such thing. */
  async function get<T>(path: string, answer: string, id: string, namespace: string): Promise<T | undefined> {
    try {
      return await unary<T>(path, answer, 'GetRequest', { id }, namespace)
    } catch (error) {
      if ((error as ServiceError).code === status.NOT_FOUND) return undefined
      throw error
    }
  }

  async function blob(namespace: string, digest: string, maxBytes: number): Promise<Buffer> {
    const method = methodOf('/containerd.services.content.v1.Content/Read', 'ReadRequest', 'ReadAnswer')
    const stream = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      { digest },
      metadataOf(namespace),
      { deadline: Date.now() + CALL_TIMEOUT_MS },
    )
    const chunks: Buffer[] = []
    let total = 0
    for await (const part of stream) {
      const { data } = part as { data: Buffer }
      total += data.length
      if (total > maxBytes) {
        stream.cancel()
        throw new Error(`${digest} is larger than ${maxBytes} bytes`)
      }
      chunks.push(data)
    }
    return Buffer.concat(chunks, total)
  }

  return {
    version: async () =>
      (
        await unary<{ version: string }>(
          '/containerd.services.version.v1.Version/Version',
          'VersionAnswer',
          'Nothing',
          {},
        )
      ).version,
    namespaces: async () =>
      (
        await unary<{ namespaces: { name: string }[] }>(
          '/containerd.services.namespaces.v1.Namespaces/List',
          'NamespaceList',
          'Nothing',
          {},
        )
      ).namespaces.map((namespace) => namespace.name),
    containers: async (namespace) =>
      (
        await unary<{ containers: Container[] }>(
          '/containerd.services.containers.v1.Containers/List',
          'ContainerList',
          'Nothing',
          {},
          namespace,
        )
      ).containers,
    tasks: async (namespace) =>
      (await unary<{ tasks: Task[] }>('/containerd.services.tasks.v1.Tasks/List', 'TaskList', 'Nothing', {}, namespace))
        .tasks,
    images: async (namespace) =>
      (
        await unary<{ images: StoredImage[] }>(
          '/containerd.services.images.v1.Images/List',
          'ImageList',
          'Nothing',
          {},
          namespace,
        )
      ).images,
    container: async (namespace, id) =>
      (
        await get<{ container: Container }>(
          '/containerd.services.containers.v1.Containers/Get',
          'ContainerAnswer',
          id,
          namespace,
        )
      )?.container,
    task: async (namespace, id) =>
      (await get<{ process: Task }>('/containerd.services.tasks.v1.Tasks/Get', 'TaskAnswer', id, namespace))?.process,
    image: async (namespace, name) =>
      (await get<{ image: StoredImage }>('/containerd.services.images.v1.Images/Get', 'ImageAnswer', name, namespace))
        ?.image,
    blob,
    close: () => client.close(),
  }
}

function methodOf(path: string, request: string, answer: string): MethodDefinition<object, object> {
  const requestType = messages[`yagura.containerd.${request}`] as MessageTypeDefinition<object, object>
  const answerType = messages[`yagura.containerd.${answer}`] as MessageTypeDefinition<object, object>
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: requestType.serialize,
    requestDeserialize: requestType.deserialize,
    responseSerialize: answerType.serialize,
    responseDeserialize: answerType.deserialize,
  }
}

function metadataOf(namespace: string | undefined): Metadata {
  const metadata = new Metadata()
  if (namespace !== undefined) metadata.set('containerd-namespace', namespace)
  return metadata
}
