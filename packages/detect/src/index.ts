// Runtime detection, pure: rules over events, cause and effect followed as tags, signals joined into chains.
export * from './contract/index.ts'
export { createDetector } from './engine/detector.ts'
export * from './rules/index.ts'
