// Installed PHP packages: what Composer writes into vendor/composer (getcomposer.org, "Runtime Composer utilities"): installed.json, and
// installed.php, out of which Composer\InstalledVersions answers.
import { baseName } from '@yagura/safe-io'
import { pathPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseInstalledJson } from './installed-json.ts'
import { parseInstalledPhp } from './installed-php.ts'

const INSTALLED = /(?:^|\/)composer\/installed\.(?:json|php)$/

export const extractor: Extractor = {
  name: 'php',
  files: [],
  directories: [],
  wants: (path) => INSTALLED.test(path),
  parse: (file, limits) =>
    baseName(file.path) === 'installed.json'
      ? parseInstalledJson(file.bytes, limits)
      : parseInstalledPhp(file.bytes, limits),
  purl: (found) => pathPurl({ ...found, name: found.name.toLowerCase() }, 'composer'),
}
