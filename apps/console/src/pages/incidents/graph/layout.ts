// Where the nodes of the picture go: in layers from cause to effect, worked out beside the page in a worker.
import type { GraphEdge, GraphNode } from '@yagura/schema'
import ELK from 'elkjs/lib/elk-api.js'
import elkWorkerAddress from 'elkjs/lib/elk-worker.min.js?url'

export const NODE_WIDTH_PX = 200
export const NODE_HEIGHT_PX = 48

export type Positions = ReadonlyMap<string, { readonly x: number; readonly y: number }>

export async function layOut(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Promise<Positions> {
  const elk = new ELK({ workerFactory: () => new Worker(elkWorkerAddress) })
  try {
    // Numbers, because ids from outside could mean something to the layouter.
    const number = new Map(nodes.map((node, index) => [node.id, String(index)]))
    const graph = await elk.layout({
      id: 'root',
      layoutOptions: {
        'elk.algorithm': 'layered',
        'elk.direction': 'DOWN',
        'elk.spacing.nodeNode': '20',
        'elk.layered.spacing.nodeNodeBetweenLayers': '52',
        'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      },
      children: nodes.map((node) => ({
        id: number.get(node.id) ?? '',
        width: NODE_WIDTH_PX,
        height: NODE_HEIGHT_PX,
      })),
      edges: edges.map((edge, index) => ({
        id: `e${index}`,
        sources: [number.get(edge.from) ?? ''],
        targets: [number.get(edge.to) ?? ''],
      })),
    })
    return new Map(
      (graph.children ?? []).flatMap(({ id, x, y }) => {
        const node = nodes[Number(id)]
        return node ? [[node.id, { x: x ?? 0, y: y ?? 0 }] as const] : []
      }),
    )
  } finally {
    elk.terminateWorker()
  }
}
