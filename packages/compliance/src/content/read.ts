// Records of checks from a directory of YAML files, as content/checks/<target> holds them. Files are ours; a broken one is told.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'

export interface RecordFiles {
  readonly records: readonly unknown[]
  readonly problems: readonly string[]
}

/** Every .yaml below the directory, in the order of their names; a file is a list of records. None where there is no directory. */
export function readRecords(directory: string): RecordFiles {
  const records: unknown[] = []
  const problems: string[] = []
  for (const name of namesIn(directory)) {
    for (const { value } of parseYamlDocuments(readFileSync(join(directory, name)), name)) {
      if (!value.ok) problems.push(value.error.message)
      else if (Array.isArray(value.value)) records.push(...value.value)
      else problems.push(`${name} holds no list of checks.`)
    }
  }
  return { records, problems }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
