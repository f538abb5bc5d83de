export { openScanCache, type ScanCache } from './cache/scan-cache.ts'
export { type ExtractOptions, extractImage } from './extract/extract-image.ts'
export { EXTRACTOR_VERSION } from './extract/version.ts'
export type * from './extractors/extractor.ts'
