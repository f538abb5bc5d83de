// Records of checks from a directory of YAML files, as content/checks/<target> holds them. Files are ours; a broken one is told.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { type Controls, readControls } from './controls.ts'

export interface RecordFiles {
  readonly records: readonly unknown[]
  readonly problems: readonly string[]
}

/**
 * Every .yaml below the directory, in the order of their names; a file is a list of records. None where there is no directory. The
 * controls that they answer come from the tables beside: content/controls.
 */
export function readRecords(directory: string): RecordFiles {
  const controls = controlsBeside(directory)
  const records: unknown[] = []
  const problems: string[] = [...controls.problems]
  for (const name of namesIn(directory)) {
    for (const { value } of parseYamlDocuments(readFileSync(join(directory, name)), name)) {
      if (!value.ok) problems.push(value.error.message)
      else if (Array.isArray(value.value)) records.push(...value.value.map((record) => withControls(record, controls)))
      else problems.push(`${name} holds no list of checks.`)
    }
  }
  return { records, problems }
}

const read = new Map<string, Controls>()

/** Read once: every target asks for them. */
function controlsBeside(directory: string): Controls {
  const place = join(directory, '../../controls')
  const controls = read.get(place) ?? readControls(place)
  read.set(place, controls)
  return controls
}

function withControls(record: unknown, controls: Controls): unknown {
  const { id } = (record ?? {}) as { id?: unknown }
  return typeof id === 'string' ? { controls: controls.of(id), ...(record as object) } : record
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
