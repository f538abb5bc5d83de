/** Rises when extractors learn something, so that stored reports are made again. */
export const EXTRACTOR_VERSION = 11
