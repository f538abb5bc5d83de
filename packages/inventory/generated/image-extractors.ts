// Generated from the folders of src/extractors by scripts/generate.ts; do not edit.
import { extractor as apk } from '../src/extractors/apk/index.ts'
import { extractor as binaries } from '../src/extractors/binaries/index.ts'
import { extractor as bundles } from '../src/extractors/bundles/index.ts'
import { extractor as conda } from '../src/extractors/conda/index.ts'
import { extractor as dotnet } from '../src/extractors/dotnet/index.ts'
import { extractor as dpkg } from '../src/extractors/dpkg/index.ts'
import { extractor as goBinary } from '../src/extractors/go-binary/index.ts'
import { extractor as java } from '../src/extractors/java/index.ts'
import { extractor as node } from '../src/extractors/node/index.ts'
import { extractor as php } from '../src/extractors/php/index.ts'
import { extractor as python } from '../src/extractors/python/index.ts'
import { extractor as rpm } from '../src/extractors/rpm/index.ts'
import { extractor as ruby } from '../src/extractors/ruby/index.ts'
import { extractor as rustBinary } from '../src/extractors/rust-binary/index.ts'
import { extractor as unread } from '../src/extractors/unread/index.ts'

export const extractors = [apk, binaries, bundles, conda, dotnet, dpkg, goBinary, java, node, php, python, rpm, ruby, rustBinary, unread] as const
