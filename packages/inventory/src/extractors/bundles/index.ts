// Programs that carry a whole application behind themselves: .NET published as a single file, and kinds that are only noticed.
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { mayBeProgram } from '../program.ts'
import { createBundleReader } from './bundle.ts'

export const extractor: Extractor = {
  name: 'bundles',
  files: [],
  directories: [],
  wants: mayBeProgram,
  programs: true,
  open: (_, sizeBytes, limits) => createBundleReader(sizeBytes, limits),
  purl: (found) => plainPurl(found, 'nuget'),
}
