// Published .NET applications and shared frameworks: NAME.deps.json (dotnet/sdk documentation, "runtime-configuration-file.md").
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseDependencies } from './dependencies.ts'

export const extractor: Extractor = {
  name: 'dotnet',
  files: [],
  directories: [],
  wants: (path) => path.endsWith('.deps.json'),
  parse: (file, limits) => parseDependencies(file.bytes, limits),
  purl: (found) => plainPurl(found, 'nuget'),
}
