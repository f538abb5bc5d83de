// Requirements files of pip, as far as they pin versions.
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { isRequirementsFile } from './file-name.ts'
import { parseRequirements } from './requirements.ts'

export const extractor: Extractor = {
  name: 'pip-requirements',
  files: [],
  directories: [],
  wants: isRequirementsFile,
  parse: parseRequirements,
  purl: (found) => plainPurl(found, 'pypi'),
  scope: 'source',
}
