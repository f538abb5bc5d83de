// What gradle would resolve: gradle.lockfile, buildscript-gradle.lockfile, and one file for each configuration of older versions.
import { mavenPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseGradleLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'gradle-lock',
  files: [],
  directories: [],
  wants: (path) => /(?:^|\/)(?:(?:[^/]+-)?gradle\.lockfile|gradle\/dependency-locks\/[^/]+\.lockfile)$/.test(path),
  parse: (file, limits) => parseGradleLock(file.bytes, limits.lineBytes),
  purl: mavenPurl,
  scope: 'source',
}
