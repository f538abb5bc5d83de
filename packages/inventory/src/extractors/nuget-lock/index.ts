// What NuGet would restore: packages.lock.json, and packages.config of older projects.
import { baseName } from '@yagura/safe-io'
import { named } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePackagesConfig } from './config.ts'
import { parseNugetLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'nuget-lock',
  files: [],
  directories: [],
  wants: named('packages.lock.json', 'packages.config'),
  parse: (file, limits) =>
    baseName(file.path) === 'packages.config' ? parsePackagesConfig(file.bytes) : parseNugetLock(file.bytes, limits),
  purl: (found) => plainPurl(found, 'nuget'),
  scope: 'source',
}
