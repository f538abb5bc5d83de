// Direct dependencies of a Maven project: pom.xml.
import { named } from '../../lock-file/named.ts'
import { mavenPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePom } from './pom.ts'

export const extractor: Extractor = {
  name: 'maven-pom',
  files: [],
  directories: [],
  wants: named('pom.xml'),
  parse: (file) => parsePom(file.bytes),
  purl: mavenPurl,
  scope: 'source',
}
