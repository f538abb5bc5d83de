// What mistakes of images are called in Japanese and Chinese: content/checks/image/texts.yaml.
import { readFileSync } from 'node:fs'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { z } from 'zod'

const words = z.object({ ja: z.string().min(1).max(512), zh: z.string().min(1).max(512) })
const textsFile = z.record(z.string().max(128), z.object({ title: words, fix: words }))

export type ImageTexts = ReadonlyMap<string, z.infer<typeof textsFile>[string]>

/** Empty where the file is not sound: the English words stand then. */
export function readImageTexts(path: string): ImageTexts {
  const [document] = parseYamlDocuments(readFileSync(path), path)
  const parsed = textsFile.safeParse(document?.value.ok ? document.value.value : undefined)
  return new Map(parsed.success ? Object.entries(parsed.data) : [])
}
