// Package URLs: `import { parsePurl, makePurl, formatPurl, purlCovers } from '@yagura/versions/purl'`.
export * from './covers.ts'
export * from './format.ts'
export * from './make.ts'
export * from './parse.ts'
export type { Purl, PurlParts } from './purl.ts'
