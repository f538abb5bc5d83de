// Documents for other programs out of a scan report. Only the format that is asked for is loaded.
import { formatLoaders } from '../generated/formats.ts'
import type { Format } from './format.ts'

export type { Format } from './format.ts'

export type FormatName = keyof typeof formatLoaders

export const FORMAT_NAMES = Object.keys(formatLoaders) as readonly FormatName[]

export function loadFormat(name: FormatName): Promise<Format> {
  return formatLoaders[name]()
}
