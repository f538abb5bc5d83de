// What the server counts about itself, for Prometheus.
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly batches: Counter<'result'>
  readonly eventsStored: Counter
  readonly auditEvents: Counter<'result'>
  readonly imagesStored: Counter
  readonly imagesMatched: Counter
  readonly streams: Gauge
  readonly agents: Gauge<'state'>
  readonly eventBytes: Gauge
  observeRequests(app: FastifyInstance): void
  text(): Promise<{ readonly type: string; readonly body: string }>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'yagura_http_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.15, 0.5, 2, 10],
    registers,
  })
  return {
    batches: new Counter({
      name: 'yagura_agent_batches_total',
      help: 'Batches of agents by result: stored, duplicate, refused',
      labelNames: ['result'] as const,
      registers,
    }),
    eventsStored: new Counter({ name: 'yagura_events_stored_total', help: 'Kernel events stored', registers }),
    auditEvents: new Counter({
      name: 'yagura_kubernetes_audit_events_total',
      help: 'Requests that Kubernetes API servers told of: routed to a node, ordinary, unplaced, unread',
      labelNames: ['result'] as const,
      registers,
    }),
    imagesStored: new Counter({ name: 'yagura_images_stored_total', help: 'Image reports stored', registers }),
    imagesMatched: new Counter({
      name: 'yagura_images_matched_total',
      help: 'Images matched with advisories',
      registers,
    }),
    streams: new Gauge({ name: 'yagura_event_streams', help: 'Live views that are open', registers }),
    agents: new Gauge({ name: 'yagura_agents', help: 'Agents by state', labelNames: ['state'] as const, registers }),
    eventBytes: new Gauge({ name: 'yagura_event_bytes', help: 'Disk space of stored events', registers }),
    observeRequests(app) {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'none'
        requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
      })
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  }
}
