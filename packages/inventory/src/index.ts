export { extractors } from '../generated/extractors.ts'
export { EXTRACTOR_VERSION, type ExtractOptions, extractImage } from './extract/extract-image.ts'
export type * from './extractors/extractor.ts'
export { parseOsRelease } from './os-release/os-release.ts'
