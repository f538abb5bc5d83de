// All parsers.
import type { FuzzedParser } from '../parser.ts'
import { containerParsers } from './containers.ts'
import { extractorParsers } from './extractors.ts'
import { feedParsers } from './feeds.ts'
import { imageParsers } from './images.ts'
import { policyParsers } from './policies.ts'
import { textParsers } from './texts.ts'

export const parsers: readonly FuzzedParser[] = [
  ...containerParsers,
  ...extractorParsers,
  ...feedParsers,
  ...imageParsers,
  ...policyParsers,
  ...textParsers,
]

export function parserNamed(name: string): FuzzedParser {
  const found = parsers.find((parser) => parser.name === name)
  if (!found) throw new Error(`There is no parser ${name}.`)
  return found
}
