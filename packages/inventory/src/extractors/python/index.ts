// Installed Python packages: the metadata that installers leave beside the code (packaging.python.org, "Recording installed projects"
// and "Core metadata"). Editable installs have it too: in a dist-info of their own, or in the egg-info beside the source.
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { isArchive, parseArchive } from './egg.ts'
import { parseMetadata } from './metadata.ts'

const METADATA = /(?:\.dist-info\/METADATA|\.egg-info(?:\/PKG-INFO)?|(?:^|\/)EGG-INFO\/PKG-INFO)$/

export const extractor: Extractor = {
  name: 'python',
  files: [],
  directories: [],
  wants: (path) => METADATA.test(path) || isArchive(path),
  parse: (file, limits) =>
    isArchive(file.path) ? parseArchive(file.bytes, limits) : parseMetadata(file.bytes, limits),
  purl: (found) => plainPurl(found, 'pypi'),
}
