// Runtime detection, pure: rules over events, cause and effect followed as tags, signals joined into chains.
export * from './contract/index.ts'
export { readAuditLine } from './engine/audit-line.ts'
export { isTelling, subjectOf } from './engine/audit-subject.ts'
export { createDetector } from './engine/detector.ts'
export {
  createCountingIds,
  createReplayed,
  endReplay,
  RECORDING_VERSION,
  type RecordedLine,
  type RecordingHeader,
  type Replayed,
  replayLine,
} from './engine/recording.ts'
export * from './rules/index.ts'
