// For the fuzzer: all feeds, and what one makes of made files.
export { feeds } from '../../generated/feeds.ts'
export { readFeed } from './testing.ts'
