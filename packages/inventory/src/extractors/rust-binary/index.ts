// Programs written in Rust and built with cargo-auditable carry the list of crates they were built from.
import { purlText } from '@yagura/versions/purl'
import type { ContentReader, Extractor } from '../extractor.ts'
import { mayBeProgram } from '../program.ts'
import { readAudit } from './audit.ts'
import { createSectionReader } from './section.ts'

export const extractor: Extractor = {
  name: 'rust-binary',
  files: [],
  directories: [],
  wants: mayBeProgram,
  programs: true,
  open(_, sizeBytes, limits): ContentReader {
    const reader = createSectionReader(sizeBytes)
    return {
      write: reader.write,
      end() {
        for (const content of reader.end()) {
          const audit = readAudit(content, limits)
          if (audit) return audit
        }
        return { packages: [], problems: [] }
      },
    }
  },
  purl: ({ name, version }) => purlText({ type: 'cargo', name, version }),
}
