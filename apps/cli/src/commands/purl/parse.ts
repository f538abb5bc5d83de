// `yagura purl parse`: one package URL a line in, one JSON object or error a line out.
import { escapeForTerminal } from '@yagura/kernel'
import { formatPurl, parsePurl } from '@yagura/versions/purl'
import { answerLines } from '../../terminal/lines.ts'

export async function parse(): Promise<void> {
  await answerLines(answer)
}

function answer(line: string): string {
  const parsed = parsePurl(line)
  if (!parsed.ok) return `error: ${escapeForTerminal(parsed.error.message)}.`
  const { type, namespace, name, version, qualifiers, subpath } = parsed.value
  return JSON.stringify({
    type,
    namespace: namespace ?? null,
    name,
    version: version ?? null,
    qualifiers: qualifiers.size === 0 ? null : Object.fromEntries(qualifiers),
    subpath: subpath ?? null,
    purl: formatPurl(parsed.value),
  })
}
