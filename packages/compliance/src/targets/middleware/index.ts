// Databases, web servers and queues in containers: found by themselves, checked through their own files, read-only.
export { checkMiddleware, type MiddlewareOptions } from './check.ts'
export { discoverMiddleware } from './discover.ts'
export type { ProbeTarget } from './probe/probe.ts'
export { type ContainerFacts, middlewareOf, processFacts } from './proc.ts'
export { type MiddlewareInstance, PRODUCTS, type ProcessFacts, type ProductName } from './process.ts'
export type { Credentials } from './runtime/runtime.ts'
