// Generated from the folders of src/formats by scripts/generate.ts; do not edit.

export const formatLoaders = {
  csv: async () => (await import('../src/formats/csv/index.ts')).format,
  cyclonedx: async () => (await import('../src/formats/cyclonedx/index.ts')).format,
  junit: async () => (await import('../src/formats/junit/index.ts')).format,
  markdown: async () => (await import('../src/formats/markdown/index.ts')).format,
  sarif: async () => (await import('../src/formats/sarif/index.ts')).format,
  spdx: async () => (await import('../src/formats/spdx/index.ts')).format,
} as const
