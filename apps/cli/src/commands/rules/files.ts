// Rule files that the user names, and those that come with Yagura.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RuleText } from '@yagura/detect'
import { YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'

export const OWN_RULES = fileURLToPath(new URL('../../../../../content/rules', import.meta.url))

const MAX_BYTES = 4 * 1024 * 1024
const MAX_FILES = 500

export async function readRuleFiles(paths: readonly string[], origin: RuleText['origin']): Promise<RuleText[]> {
  const texts: RuleText[] = []
  for (const path of paths) {
    for (const file of await filesAt(path)) {
      if (texts.length >= MAX_FILES) throw new YaguraError('LIMIT_EXCEEDED', `More than ${MAX_FILES} rule files.`)
      const bytes = await readSmallFile(file, MAX_BYTES)
      if (!bytes.ok) throw bytes.error
      texts.push({ name: nameOf(file), text: Buffer.from(bytes.value).toString('utf8'), origin })
    }
  }
  return texts
}

export async function readOwnRules(): Promise<RuleText[]> {
  return readRuleFiles([OWN_RULES], 'yagura')
}

function nameOf(file: string): string {
  return file.startsWith(`${OWN_RULES}/`) ? file.slice(OWN_RULES.length + 1) : file
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new YaguraError('INPUT_NOT_FOUND', `There is no ${path}.`)
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !name.split('/').some((part) => part.startsWith('.')))
    .sort()
    .map((name) => join(path, name))
}
