// Programs and libraries that were put into an image without a package manager, by the versions they carry as text.
import { baseName } from '@yagura/safe-io'
import { purlText } from '@yagura/versions/purl'
import type { ContentReader, Extractor } from '../extractor.ts'
import { mayBeProgram } from '../program.ts'
import type { Product } from './product.ts'
import { products } from './products.ts'
import { createSearch } from './search.ts'

export const extractor: Extractor = {
  name: 'binaries',
  files: [],
  directories: [],
  onlyUnowned: true,
  wants: (path) => mayBeProgram(path) && candidatesOf(path).length > 0,
  open(path): ContentReader {
    const search = createSearch(candidatesOf(path))
    return {
      write: search.write,
      end() {
        const packages = [...search.end()].map(([{ name }, version]) => ({
          ...{ name, version, type: 'generic' },
          ...{ architecture: null, source: null, licenses: [] },
        }))
        return { packages, problems: [] }
      },
    }
  },
  purl: ({ name, version }) => purlText({ type: 'generic', name, version }),
}

const NOTHING: readonly Product[] = []
const everyName = new RegExp(products.map((product) => product.files.source).join('|'))

/** Asked of every file of an image, nearly none of which is one. */
function candidatesOf(path: string): readonly Product[] {
  const name = baseName(path)
  if (!everyName.test(name)) return NOTHING
  return products.filter((product) => product.files.test(name))
}
