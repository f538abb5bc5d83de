// What every container runtime reader gives: the containers and images it knows, and what it could not read.
import type { Target } from '@yagura/image'
import type { ContainerFacts, ContainerRuntime, CoverageGapReport, ImageFacts } from '@yagura/schema'
import type { NodeView } from '../processes/node.ts'
import type { ProcessTable } from '../processes/table.ts'

export interface ReadContext {
  readonly node: NodeView
  readonly processes: ProcessTable
  /** Key of the host, the scope of gaps. */
  readonly hostKey: string
  readonly observedAt: string
  readonly signal: AbortSignal
}

/** How packages/image finds the image, and where its store is. */
export interface ImageSource {
  readonly target: Target
  readonly containerdRoot?: string
  readonly podmanRoot?: string
}

export interface ObservedContainer {
  readonly facts: ContainerFacts
  readonly state: 'running' | 'stopped'
}

export interface ObservedImage {
  readonly facts: ImageFacts
  readonly source: ImageSource | null
}

export interface RuntimeListing {
  readonly runtime: ContainerRuntime
  /** Null when the runtime is not on this node. */
  readonly endpoint: string | null
  readonly version: string | null
  readonly containers: readonly ObservedContainer[]
  readonly images: readonly ObservedImage[]
  readonly gaps: readonly CoverageGapReport[]
}

export interface RuntimeReader {
  readonly runtime: ContainerRuntime
  /** Never throws: what cannot be read becomes a gap. */
  read(context: ReadContext): Promise<RuntimeListing>
  /** One container right after it was made, for those too short-lived for a listing. Never throws. */
  find?(context: ReadContext, containerId: string): Promise<ObservedContainer | undefined>
  close(): void
}

/** More containers or images than this on one node are not listed; the rest becomes a gap. */
export const CONTAINERS_MAX = 5000
export const IMAGES_MAX = 1000

export function absent(runtime: ContainerRuntime): RuntimeListing {
  return { runtime, endpoint: null, version: null, containers: [], images: [], gaps: [] }
}

export function unreadable(
  context: ReadContext,
  runtime: ContainerRuntime,
  subject: string,
  reason: string,
  remedy: string | null = 'Run the agent as root.',
): CoverageGapReport {
  return {
    code: 'RUNTIME_UNREADABLE',
    scope: context.hostKey,
    subject: `${runtime} ${subject}`.slice(0, 4096),
    reason,
    remedy,
    count: 1,
    observedAt: context.observedAt,
    resolved: false,
  }
}
