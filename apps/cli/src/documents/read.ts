// YAML and JSON files of a path that is not ours: each document by itself, and a problem for what could not be read. One bad file ends nothing.
import { stat } from 'node:fs/promises'
import { YaguraError } from '@yagura/kernel'
import { fileError, readSmallFile, type WalkEntry, walkDirectory } from '@yagura/safe-io'
import { defaultYamlLimits, parseYamlDocuments } from '@yagura/safe-io/yaml'

const MAX_FILES = 20_000
const MAX_TOTAL_BYTES = 256 * 1024 * 1024
const NAMES = /\.(?:ya?ml|json)$/i

export interface SourceDocument {
  readonly value: unknown
  /** Relative to the path that was named. */
  readonly file: string
  readonly line: number
}

export interface DocumentProblem {
  readonly file: string
  readonly message: string
}

/** What is left aside, and why. */
export interface DocumentGap extends DocumentProblem {
  readonly line: number
}

export interface ReadDocuments {
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly DocumentProblem[]
  readonly gaps: readonly DocumentGap[]
}

/** Places that Helm fills in. Other tools have double braces as well, and their files are YAML all the same. */
const HELM =
  /\{\{-?\s*(?:\(?\s*(?:include|tpl|toYaml|required|default)\b[^}]*)?[^}]*[.$](?:Values|Release|Chart|Capabilities)\./
const TEMPLATE_GAP = 'a Helm template that is not rendered: judge what helm template makes of it.'

/** A file, or every .yaml, .yml and .json below a directory. Throws INPUT_NOT_FOUND, PERMISSION. */
export async function readDocuments(path: string): Promise<ReadDocuments> {
  const documents: SourceDocument[] = []
  const problems: DocumentProblem[] = []
  const gaps: DocumentGap[] = []
  function take(bytes: Uint8Array, file: string): void {
    if (HELM.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'))) {
      gaps.push({ file, line: 1, message: TEMPLATE_GAP })
      return
    }
    for (const { line, value } of parseYamlDocuments(bytes, file)) {
      if (value.ok) documents.push({ value: value.value, file, line })
      else problems.push({ file, message: value.error.message })
    }
  }
  if (await isDirectory(path)) await readDirectory(path, take, problems)
  else {
    const bytes = await readSmallFile(path, defaultYamlLimits.yamlBytes)
    if (bytes.ok) take(bytes.value, path)
    else if (bytes.error.code === 'LIMIT_EXCEEDED') problems.push({ file: path, message: bytes.error.message })
    else throw bytes.error
  }
  return { documents, problems, gaps }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw fileError(error, path)
  }
}

async function readDirectory(
  root: string,
  take: (bytes: Uint8Array, file: string) => void,
  problems: DocumentProblem[],
): Promise<void> {
  const files: { path: string; bytes: Uint8Array }[] = []
  let totalBytes = 0
  await walkDirectory(root, {
    enter: (path) => !/(?:^|\/)(?:\.git|node_modules)$/.test(path),
    visit(entry) {
      if (entry.kind !== 'file' || !NAMES.test(entry.path)) return
      const sizeBytes = entry.sizeBytes()
      if (files.length >= MAX_FILES || totalBytes + sizeBytes > MAX_TOTAL_BYTES) {
        problems.push({ file: entry.path, message: 'There are more files than are read at once.' })
        return
      }
      const read = readEntry(entry, entry.path)
      if (read instanceof YaguraError) problems.push({ file: entry.path, message: read.message })
      else {
        files.push({ path: entry.path, bytes: read })
        totalBytes += read.length
      }
    },
    problem: (path, error) => problems.push({ file: path, message: error.message }),
  })
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  for (const { path, bytes } of files) take(bytes, path)
}

function readEntry(entry: WalkEntry, path: string): Uint8Array | YaguraError {
  const tooLarge = new YaguraError('LIMIT_EXCEEDED', `${path} is larger than ${defaultYamlLimits.yamlBytes} bytes.`)
  if (entry.sizeBytes() > defaultYamlLimits.yamlBytes) return tooLarge
  const parts: Buffer[] = []
  let size = 0
  try {
    const error = entry.read((part) => {
      size += part.length
      if (size > defaultYamlLimits.yamlBytes) throw tooLarge
      parts.push(Buffer.from(part))
      return undefined
    })
    return error ?? Buffer.concat(parts)
  } catch (error) {
    if (error instanceof YaguraError) return error
    throw error
  }
}
