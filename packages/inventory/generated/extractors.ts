// Generated from the folders of src/extractors by scripts/generate.ts; do not edit.
import { extractor as apk } from '../src/extractors/apk/index.ts'
import { extractor as dpkg } from '../src/extractors/dpkg/index.ts'
import { extractor as rpm } from '../src/extractors/rpm/index.ts'

export const extractors = [apk, dpkg, rpm] as const
