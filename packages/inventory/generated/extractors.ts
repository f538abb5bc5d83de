// Generated from the folders of src/extractors by scripts/generate.ts; do not edit.
import { extractor as apk } from '../src/extractors/apk/index.ts'
import { extractor as dpkg } from '../src/extractors/dpkg/index.ts'

export const extractors = [apk, dpkg] as const
