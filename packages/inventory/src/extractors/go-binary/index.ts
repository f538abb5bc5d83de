// Programs written in Go carry the list of modules they were built from.
import { purlText } from '@yagura/versions/purl'
import type { ContentReader, Extractor } from '../extractor.ts'
import { mayBeProgram } from '../program.ts'
import { createBuildInfoReader } from './build-info.ts'
import { DEVELOPMENT, packagesOf } from './modules.ts'

export const extractor: Extractor = {
  name: 'go-binary',
  files: [],
  directories: [],
  wants: mayBeProgram,
  programs: true,
  open: openProgram,
  purl(found) {
    const slash = found.name.lastIndexOf('/')
    const namespace = slash < 0 ? undefined : found.name.slice(0, slash)
    const version = found.version === DEVELOPMENT ? undefined : found.version
    return purlText({ type: 'golang', namespace, name: found.name.slice(slash + 1), version })
  },
}

function openProgram(): ContentReader {
  const reader = createBuildInfoReader()
  return {
    write: reader.write,
    end() {
      const info = reader.end()
      if (typeof info === 'string') return { packages: [], problems: [info] }
      return { packages: info ? packagesOf(info) : [], problems: [] }
    },
  }
}
