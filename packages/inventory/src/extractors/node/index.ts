// Installed Node packages: the package.json of each directory directly inside a node_modules (npm documentation, "package.json" and "folders").
import { npmPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseManifest } from './manifest.ts'
import { isInstalledManifest } from './path.ts'

export const extractor: Extractor = {
  name: 'node',
  files: [],
  directories: [],
  wants: isInstalledManifest,
  parse: (file, limits) => parseManifest(file.path, file.bytes, limits),
  purl: npmPurl,
}
