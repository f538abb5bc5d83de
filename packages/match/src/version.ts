/** Rises when matching says something else of the same packages and advisories, so that what was concluded before is concluded again. */
export const MATCH_VERSION = 2
